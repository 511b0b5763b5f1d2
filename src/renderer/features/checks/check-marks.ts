import type { Severity } from '#shared/contract';
import type { CheckVerdict } from '#shared/domain';

/** The shape that stands for what a check found. */
export const VERDICT_MARKS: Record<CheckVerdict, Severity> = {
  pass: 'none',
  warn: 'p3',
  fail: 'p2',
  unknown: 'no-data',
};
