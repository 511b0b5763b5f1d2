import { describe, expect, it } from 'vitest';
import type { PairTile } from '#shared/contract';
import { message } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';
import { untilKnown } from '../../../src/main/setup/measured-switch.ts';
import type { WatchedPair } from '../../../src/main/setup/port.ts';

type Seen = Pick<PairTile, 'state' | 'standby'> & { isRefused?: true };

/** A pair that shows the last of these whose time has come. */
function watched(clock: VirtualClock, seen: readonly (readonly [fromMs: number, tile: Seen])[]): WatchedPair {
  const tile = () => seen.findLast(([fromMs]) => clock.monotonicMs() >= fromMs)?.[1];
  const dryRun = () => ({ refusal: tile()?.isRefused ? message('blocker.lockNone') : null });
  return { view: () => ({ tile: tile() }), dryRun } as unknown as WatchedPair;
}

/** When the wait was over, or undefined while it is not. */
async function waited(seen: readonly (readonly [number, Seen])[], forMs: number): Promise<number | undefined> {
  const clock = new VirtualClock();
  let endedAtMs: number | undefined;
  void untilKnown(watched(clock, seen), { clock }).then(() => {
    endedAtMs = clock.monotonicMs();
  });
  await clock.advance(forMs);
  return endedAtMs;
}

describe('a pair that has just been put under watch', () => {
  const NOTHING: Seen = { state: 'unknown', standby: null };

  it('is known once it could be switched over, and not while it looks like one that has no standby', async () => {
    const seen = [
      [0, NOTHING],
      [300, { state: 'degraded', standby: null }],
      [1_100, { state: 'normal', standby: 'B', isRefused: true }],
      [1_700, { state: 'normal', standby: 'B' }],
    ] as const;
    expect(await waited(seen, 1_600)).toBeUndefined();
    expect(await waited(seen, 2_000)).toBe(1_800);
  });

  it('is not waited for longer than a few seconds where it has none', async () => {
    const seen = [
      [0, NOTHING],
      [300, { state: 'degraded', standby: null }],
    ] as const;
    expect(await waited(seen, 4_000)).toBeUndefined();
    expect(await waited(seen, 10_000)).toBe(5_400);
  });

  it('is left alone after a while where nobody is known to serve', async () => {
    expect(await waited([[0, NOTHING]], 30_000)).toBe(20_000);
  });
});
