import type { ConfigFinding } from '#main/config-files';
import type { Locale } from '#shared/i18n';
import { findingJson, findingLines } from './findings.ts';

export const CONFIG_EXIT = { ok: 0, refused: 1, wrong: 3 } as const;

/** What to print and how to end. */
export interface ConfigCommandOutcome {
  out: string;
  /** For standard error: a line for each thing that is wrong. */
  trouble: string;
  code: number;
}

/** What a command comes to, before it is known whether a person or a program reads it. */
export interface Answer {
  /** Lines for a person. */
  lines: string[];
  /** The same for a program. */
  json: object;
  findings: readonly ConfigFinding[];
  /** True: what was asked for is not done. */
  isRefused: boolean;
}

export interface OutcomeStyle {
  json: boolean;
  locale: Locale;
  /** Whether what is wrong is the report that was asked for, and so comes on standard output. */
  isReport: boolean;
}

/** What a command prints of its answer, and its exit code. */
export function outcomeOf(
  { lines, json, findings, isRefused }: Answer,
  { json: asJson, locale, isReport }: OutcomeStyle,
): ConfigCommandOutcome {
  const told = findingLines(findings, locale);
  const text = lines.map((line) => `${line}\n`).join('') + (isReport ? told : '');
  const value = { ok: !isRefused, ...json, findings: findings.map(findingJson) };
  return {
    out: asJson ? `${JSON.stringify(value)}\n` : text,
    trouble: isReport ? '' : told,
    code: isRefused ? CONFIG_EXIT.refused : CONFIG_EXIT.ok,
  };
}
