import type { PreflightItem } from '#shared/contract';

const WORST_FIRST: readonly PreflightItem['result'][] = ['fail', 'unknown', 'warn', 'pass'];

/** Orders checks so that what speaks against a switchover stands on top. */
export function worstFirst(a: PreflightItem, b: PreflightItem): number {
  return WORST_FIRST.indexOf(a.result) - WORST_FIRST.indexOf(b.result);
}
