// Reads what comes in through its schema: what fits costs a fraction of what the schema's own machinery does; of what
// does not fit the schema itself says why.
export { safeParse, safeParseOwn } from './safe-parse.ts';
