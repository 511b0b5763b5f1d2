import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { Heartbeat } from '../../../src/core/zookeeper/heartbeat.ts';

/** A session of 6 s whose server answers at once, or not at all. */
function rig({ answers = true } = {}) {
  const clock = new VirtualClock();
  const beatsMs: number[] = [];
  const missedMs: number[] = [];
  let lastContactMs = clock.monotonicMs();
  const beganMs = lastContactMs;
  const contact = () => {
    lastContactMs = clock.monotonicMs();
  };
  const heartbeat = new Heartbeat(clock);
  heartbeat.start(6_000, {
    beat: (deadlineMs) => {
      beatsMs.push(clock.monotonicMs() - beganMs);
      if (answers) contact();
      return answers
        ? Promise.resolve()
        : new Promise((_, reject) => void clock.setTimer(deadlineMs, () => reject(new Error('no answer'))));
    },
    missed: () => missedMs.push(clock.monotonicMs() - beganMs),
    lastContactMs: () => lastContactMs,
  });
  return { clock, heartbeat, beatsMs, missedMs, contact };
}

describe('the heartbeat of a session', () => {
  it('comes every sixth of the time-out where nothing else is asked', async () => {
    const { clock, beatsMs } = rig();
    await clock.advance(5_000);
    expect(beatsMs).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  it('comes a sixth after the last request that was answered', async () => {
    const { clock, beatsMs, contact } = rig();
    await clock.advance(700);
    contact();
    await clock.advance(700);
    contact();
    await clock.advance(2_000);
    expect(beatsMs).toEqual([2_400, 3_400]);
  });

  it('is sent again while none is answered, and each of them is missed after a third', async () => {
    const { clock, beatsMs, missedMs } = rig({ answers: false });
    await clock.advance(3_500);
    expect(beatsMs).toEqual([1_000, 2_000, 3_000]);
    expect(missedMs).toEqual([3_000]);
  });

  it('of an earlier connection says nothing of the present one', async () => {
    const { clock, heartbeat, missedMs } = rig({ answers: false });
    await clock.advance(1_500);
    heartbeat.stop();
    await clock.advance(10_000);
    expect(missedMs).toEqual([]);
  });
});
