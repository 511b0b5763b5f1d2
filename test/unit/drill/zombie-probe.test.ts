import { describe, expect, it } from 'vitest';
import type { NodeConnectorFactory } from '#main/nodes';
import { FUNCTIONS } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';
import { probeZombie } from '../../../src/main/drill/zombie-probe.ts';

const target = { host: 'old', t2Port: 1, f2Port: 1 };

/** An old primary that answers well from `fromMs` to `untilMs`, and otherwise says that it is a standby. */
function oldPrimary(clock: VirtualClock, fromMs: number, untilMs: number) {
  const seen = { sessions: new Set<unknown>(), closed: false };
  const connect: NodeConnectorFactory = () => ({
    target,
    capabilities: { selfFence: true },
    call: async (number, body) => {
      expect(number).toBe(FUNCTIONS.heartbeat);
      seen.sessions.add(body.session_id);
      const good = clock.monotonicMs() >= fromMs && clock.monotonicMs() < untilMs;
      const errorNumber = good ? 0 : 308000001;
      return { class: good ? 'ok' : 'error', reply: null, errorNumber, latencyMs: 0, detail: '' };
    },
    onConnection: () => () => {},
    close: () => {
      seen.closed = true;
    },
  });
  return { connect, seen };
}

describe('the watch over an old primary', () => {
  it('counts every good reply, with each session that it knew', async () => {
    const clock = new VirtualClock();
    const { connect, seen } = oldPrimary(clock, 100, 130);
    const watching = probeZombie(target, ['one', 'two'], 1_000, { clock, connect });
    await clock.advance(1_100);
    expect(await watching).toEqual({ beats: 200, good: 6 });
    expect(seen).toEqual({ sessions: new Set(['one', 'two']), closed: true });
  });

  it('finds nothing where the old primary serves nobody', async () => {
    const clock = new VirtualClock();
    const { connect } = oldPrimary(clock, 0, 0);
    const watching = probeZombie(target, ['one'], 500, { clock, connect });
    await clock.advance(600);
    expect(await watching).toEqual({ beats: 50, good: 0 });
  });
});
