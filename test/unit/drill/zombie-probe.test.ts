import { describe, expect, it } from 'vitest';
import type { NodeConnectorFactory } from '#main/nodes';
import { FUNCTIONS } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';
import { probeZombie } from '../../../src/main/drill/zombie-probe.ts';

const target = { host: 'old', t2Port: 1, f2Port: 1 };

/** An old primary that answers well from `fromMs` to `untilMs`, and otherwise says that it is a standby. */
function oldPrimary(clock: VirtualClock, fromMs: number, untilMs: number) {
  const seen = { sessions: new Set<unknown>(), keys: new Set<unknown>(), closed: false };
  const connect: NodeConnectorFactory = () => ({
    target,
    capabilities: { selfFence: true },
    call: async (number, body) => {
      expect([FUNCTIONS.heartbeat, FUNCTIONS.practiceWrite]).toContain(number);
      seen.sessions.add(body.session_id);
      if (number === FUNCTIONS.practiceWrite) seen.keys.add(body.key);
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
  it('counts every good reply and every acknowledged write, with each session that it knew', async () => {
    const clock = new VirtualClock();
    const { connect, seen } = oldPrimary(clock, 100, 130);
    const watching = probeZombie(target, { sessions: ['one', 'two'], run: 'w' }, 1_000, { clock, connect });
    await clock.advance(1_100);
    expect(await watching).toEqual({ beats: 200, good: 6, writes: 200, acked: 6 });
    expect(seen.sessions).toEqual(new Set(['one', 'two']));
    expect(seen.keys.size).toBe(200);
    expect(seen.closed).toBe(true);
  });

  it('finds nothing where the old primary serves nobody', async () => {
    const clock = new VirtualClock();
    const { connect } = oldPrimary(clock, 0, 0);
    const watching = probeZombie(target, { sessions: ['one'], run: 'w' }, 500, { clock, connect });
    await clock.advance(600);
    expect(await watching).toEqual({ beats: 50, good: 0, writes: 50, acked: 0 });
  });
});
