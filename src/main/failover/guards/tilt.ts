import { message } from '#shared/domain';
import type { PairFacts, Tilt } from '../facts/facts.ts';
import type { Now } from '../facts/ledger.ts';

/**
 * Whether the console should doubt itself: its ticks came much too late (a stalled event loop), or the wall clock went
 * another way than the monotonic one (the machine slept, or its clock was set).
 */
export function doubt(last: Now, now: Now, tickMs: number, stallMs: number): Tilt | null {
  const monotonicMs = now.monotonicMs - last.monotonicMs;
  const lateMs = Math.round(monotonicMs - tickMs);
  const apartMs = Math.round(Math.abs(now.wallMs - last.wallMs - monotonicMs));
  const since = { sinceMonotonicMs: now.monotonicMs, sinceWallMs: now.wallMs };
  if (lateMs > stallMs) return { reason: message('blocker.stalled', { stallMs: lateMs }), ...since };
  if (apartMs > stallMs) return { reason: message('blocker.clockJump', { jumpMs: apartMs }), ...since };
  return null;
}

/** The machine says itself that it sleeps or has slept: whatever is known is of before. */
export function asleep(now: Now): Tilt {
  return { reason: message('blocker.slept'), sinceMonotonicMs: now.monotonicMs, sinceWallMs: now.wallMs };
}

/** The doubt ends when ZooKeeper's lease lives and every instance was asked anew, one of them with an answer. */
export function isFreshAgain(facts: PairFacts, tilt: Tilt): boolean {
  const askedSince = facts.instances.every(({ ledger: { network } }) =>
    [network.lastAnswer, network.lastFailure].some(
      (sample) => sample && sample.sentMonotonicMs >= tilt.sinceMonotonicMs,
    ),
  );
  const answered = facts.instances.some(
    ({ ledger }) => (ledger.network.lastAnswer?.sentMonotonicMs ?? Number.NEGATIVE_INFINITY) >= tilt.sinceMonotonicMs,
  );
  return facts.sight.live && facts.sight.settled && askedSince && answered;
}
