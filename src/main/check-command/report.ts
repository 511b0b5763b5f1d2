import type { PairCheckReport } from '#main/checks';
import { type CheckResult, type CheckVerdict, message, sharedFindings, sharedReasons } from '#shared/domain';
import { type Locale, type Said, said, sentence } from '#shared/i18n';

/** What `--json` prints of one check. */
export interface CheckReport {
  id: string;
  host: string;
  result: CheckVerdict;
  reason: Said;
  evidence: string[];
  remedy: Said | null;
  /** What can be run for it on that server, as argument arrays. */
  commands: string[][];
  tookMs: number;
  /** When it was found, in ISO 8601. */
  at: string;
}

export interface JsonReport {
  pair: string;
  readiness: string;
  reasons: Said[];
  checks: CheckReport[];
}

type Found = Pick<PairCheckReport, 'checks' | 'readiness'>;

/** What `--json` prints. */
export function jsonReport(pair: string, { checks, readiness }: Found): JsonReport {
  return {
    pair,
    readiness: readiness.word,
    reasons: readiness.reasons.map(said),
    checks: checks.map((check) => ({
      id: check.id,
      host: check.host,
      result: check.result,
      reason: said(check.reason),
      evidence: check.evidence,
      remedy: check.remedy && said(check.remedy),
      commands: check.commands ?? [],
      tookMs: check.tookMs,
      at: new Date(check.atMs).toISOString(),
    })),
  };
}

/** 0: all pass or warn; 1: one fails, or with `strict` warns; 2: none fails and one is not known. */
export function exitCode(checks: readonly CheckResult[], strict: boolean): 0 | 1 | 2 {
  const has = (verdict: CheckVerdict) => checks.some(({ result }) => result === verdict);
  if (has('fail') || (strict && has('warn'))) return 1;
  return has('unknown') ? 2 : 0;
}

const ORDER: readonly CheckVerdict[] = ['fail', 'unknown', 'warn', 'pass'];

/** The report for a person, failing checks first; what several checks say of a server once. */
export function textReport(pair: string, { checks, readiness }: Found, locale: Locale): string {
  const sorted = [...checks].sort((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result));
  const lines = sharedFindings(sorted).flatMap(({ check, also }) => [
    `${check.result.padEnd(7)} ${check.host} ${[check, ...also].map(({ id }) => id).join(', ')}: ${sentence(locale, check.reason)}`,
    ...(check.result === 'pass' ? [] : check.evidence.map((line) => `          ${line}`)),
    ...(check.remedy ? [`        > ${sentence(locale, check.remedy)}`] : []),
  ]);
  const reasons = sharedReasons(readiness.reasons).map((reason) => `  ${sentence(locale, reason)}`);
  const word = sentence(locale, message(`screen.checks.readiness.${readiness.word}`));
  return `${[...lines, '', `${pair}: ${readiness.word} (${word})`, ...reasons].join('\n')}\n`;
}
