import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** A command line that asks for nothing that can be done. */
export interface WrongUsage {
  kind: 'wrong';
  /** One line that says what is wrong. */
  line: string;
}

/** An option whose value is none that it takes, or that does not go with the others. */
export class WrongValue extends Error {}

/**
 * What each option was given. Throws where one is not known, lacks its value or is given two different ones though it takes
 * one, or where something stands beside them.
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    tokens: true,
    options,
  });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined || options[token.name]?.multiple) continue;
    const before = given.get(token.name);
    if (before !== undefined && before !== token.value)
      throw new WrongValue(`--${token.name} takes one value, and was given ${before} and ${token.value}`);
    given.set(token.name, token.value);
  }
  return values;
}

/** `cause`: what is wrong in words, or what was thrown while the options were read. */
export function wrongUsage(command: string, cause: unknown): WrongUsage {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'wrong', line: `${command}: ${reason.split('\n')[0]} (--help shows the options)` };
}
