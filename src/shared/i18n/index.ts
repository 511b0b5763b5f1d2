// The catalogues: every user-visible sentence in Chinese and English, by key. `{{name}}` stands for a parameter.
// A section a module, so that a sentence lives near whoever says it.
export * from './catalogue.ts';
export { saidParams } from './moments.ts';
export { problemMessage, type SchemaIssue } from './problems.ts';
export type { ScreenKey } from './screen.ts';
