import { type Clock, sleep } from '#core/clock';
import type { NodeConnectorFactory, NodeTarget } from '#main/nodes';
import { FUNCTIONS } from '#shared/domain';

const PERIOD_MS = 10;
const BEAT_TIMEOUT_MS = 2_000;

/**
 * Beats an old primary's own port with the sessions it knew, for `durationMs`, whatever the route says, and counts the
 * good replies. Begun while the process hangs, its first beats lie in wait for the moment it goes on.
 */
export async function probeZombie(
  target: NodeTarget,
  sessions: readonly string[],
  durationMs: number,
  deps: { clock: Clock; connect: NodeConnectorFactory },
): Promise<{ beats: number; good: number }> {
  const connector = deps.connect(target);
  const endMs = deps.clock.monotonicMs() + durationMs;
  const beats: Promise<boolean>[] = [];
  try {
    while (deps.clock.monotonicMs() < endMs) {
      for (const session of sessions) {
        const call = connector.call(FUNCTIONS.heartbeat, { session_id: session }, BEAT_TIMEOUT_MS);
        beats.push(call.then((outcome) => outcome.class === 'ok'));
      }
      await sleep(deps.clock, PERIOD_MS);
    }
    const replies = await Promise.all(beats);
    return { beats: replies.length, good: replies.filter(Boolean).length };
  } finally {
    connector.close();
  }
}
