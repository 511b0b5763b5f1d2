import { describe, expect, it } from 'vitest';
import { DeadlineError, every, sleep, withDeadline } from '#core/clock';
import { VirtualClock } from '#test/virtual-clock';

describe('waiting on a clock', () => {
  it('sleeps for the time asked, or until called off', async () => {
    const clock = new VirtualClock();
    const done: string[] = [];
    const abort = new AbortController();
    void sleep(clock, 100).then(() => done.push('slept'));
    void sleep(clock, 1000, abort.signal).then(() => done.push('called off'));
    await clock.advance(99);
    expect(done).toEqual([]);
    await clock.advance(1);
    expect(done).toEqual(['slept']);
    abort.abort();
    await clock.advance(0);
    expect(done).toEqual(['slept', 'called off']);
  });

  it('gives an answer or a deadline, and names what did not answer', async () => {
    const clock = new VirtualClock();
    await expect(withDeadline(clock, 10, 'route', Promise.resolve(7))).resolves.toBe(7);
    const late = withDeadline(clock, 10, 'route', new Promise(() => {}));
    const outcome = expect(late).rejects.toThrow(new DeadlineError('route', 10).message);
    await clock.advance(10);
    await outcome;
  });

  it('repeats until cancelled', async () => {
    const clock = new VirtualClock();
    let calls = 0;
    const timer = every(clock, 10, () => {
      calls += 1;
      if (calls === 3) timer.cancel();
    });
    await clock.advance(100);
    expect(calls).toBe(3);
  });
});
