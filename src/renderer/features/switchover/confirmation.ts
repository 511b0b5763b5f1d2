import type { Preflight } from '#shared/contract';

/** Whether the operator must type the pair's node name: always but for a planned switchover with nothing against it. */
export function needsConfirmation(preflight: Preflight): boolean {
  return !preflight.planned || preflight.checks.some(({ result }) => result === 'fail' || result === 'unknown');
}

/** Whether the button may be pressed: not refused, not expired, and confirmed where that is asked. */
export function mayPromote(preflight: Preflight, typed: string, node: string, nowMs: number): boolean {
  if (preflight.refusal !== null || nowMs >= preflight.expiresAtMs) return false;
  return !needsConfirmation(preflight) || typed.trim() === node;
}
