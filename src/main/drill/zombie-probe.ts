import { type Clock, sleep } from '#core/clock';
import type { NodeConnectorFactory, NodeTarget } from '#main/nodes';
import { FUNCTIONS, type Order } from '#shared/domain';

const PERIOD_MS = 10;
const CALL_TIMEOUT_MS = 2_000;
const ORDER: Order = { account: 'drill', instrument: '600000', side: 'sell', price: 10.01, quantity: 100 };

export interface ProbeResult {
  beats: number;
  /** Beats with a good reply. */
  good: number;
  writes: number;
  /** Writes that were acknowledged. */
  acked: number;
}

/**
 * Beats an old primary's own port and writes to it, with the sessions it knew, for `durationMs`, whatever the route says,
 * and counts the good replies. Begun while the process hangs, its first calls lie in wait for the moment it goes on.
 * `run` makes the writes' keys unique.
 */
export async function probeZombie(
  target: NodeTarget,
  { sessions, run }: { sessions: readonly string[]; run: string },
  durationMs: number,
  deps: { clock: Clock; connect: NodeConnectorFactory },
): Promise<ProbeResult> {
  const connector = deps.connect(target);
  const endMs = deps.clock.monotonicMs() + durationMs;
  const beats: Promise<boolean>[] = [];
  const writes: Promise<boolean>[] = [];
  const isOk = async (functionNumber: number, body: Record<string, unknown>) =>
    (await connector.call(functionNumber, body, CALL_TIMEOUT_MS)).class === 'ok';
  try {
    while (deps.clock.monotonicMs() < endMs) {
      for (const session of sessions) {
        beats.push(isOk(FUNCTIONS.heartbeat, { session_id: session }));
        const key = `${run}.probe.${writes.length}`;
        writes.push(isOk(FUNCTIONS.practiceWrite, { session_id: session, key, order: ORDER }));
      }
      await sleep(deps.clock, PERIOD_MS);
    }
    const [beaten, written] = await Promise.all([Promise.all(beats), Promise.all(writes)]);
    const good = beaten.filter(Boolean).length;
    return { beats: beaten.length, good, writes: written.length, acked: written.filter(Boolean).length };
  } finally {
    connector.close();
  }
}
