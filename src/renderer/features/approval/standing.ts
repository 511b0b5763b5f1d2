import type { PairView } from '#shared/contract';

type Asked = NonNullable<NonNullable<PairView['policy']>['approval']>;

/** How a request stands: `stale`: its time is not over, and yet what it was asked for is so no more. */
export type Standing = 'waiting' | 'approved' | 'rejected' | 'stale' | 'over';

/** Where a request stands at that time. */
export function standingOf({ decision, stale, used, untilMs }: Asked, nowMs: number): Standing {
  if (used !== null || nowMs >= untilMs) return 'over';
  if (decision?.approves === false) return 'rejected';
  if (stale) return 'stale';
  return decision ? 'approved' : 'waiting';
}
