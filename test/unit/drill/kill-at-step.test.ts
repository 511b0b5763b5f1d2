import { describe, expect, it } from 'vitest';
import type { PairTile, PairView, SwitchoverView } from '#shared/contract';
import type { StepName, StepRecord } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';
import { KillAtStep } from '../../../src/main/drill-consoles/kill-at-step.ts';

type Seen = Pick<PairView, 'tile' | 'switchover'>;

const seen = (steps: Partial<Record<StepName, StepRecord['result']>> | null, state = 'normal', id = 'op'): Seen => ({
  tile: { state } as PairTile,
  switchover:
    steps &&
    ({ operationId: id, steps: Object.entries(steps).map(([name, result]) => ({ name, result })) } as SwitchoverView),
});

function armed(step: StepName, delayMs = 0, before = seen(null)) {
  const clock = new VirtualClock();
  const kills: number[] = [];
  const killing = new KillAtStep(step, delayMs, before, { clock, kill: (underWayMs) => kills.push(underWayMs) });
  return { clock, kills, killing };
}

describe('the kill of a console at a step', () => {
  it('strikes within the change that shows the begin of the step', () => {
    const { killing, kills } = armed('promote');
    killing.see(seen({ lock: 'running', promote: 'pending' }, 'switching'));
    killing.see(seen({ lock: 'ok', promote: 'pending' }, 'switching'));
    expect(kills).toEqual([]);
    killing.see(seen({ lock: 'ok', promote: 'running' }, 'switching'));
    expect(kills).toEqual([0]);
  });

  it('strikes later in the step, or at its end if that comes first', async () => {
    const later = armed('load', 5);
    later.killing.see(seen({ load: 'running' }));
    later.killing.see(seen({ load: 'running' }));
    await later.clock.advance(4);
    expect(later.kills).toEqual([]);
    await later.clock.advance(1);
    expect(later.kills).toEqual([5]);

    const sooner = armed('load', 5);
    sooner.killing.see(seen({ load: 'running' }));
    await sooner.clock.advance(2);
    sooner.killing.see(seen({ load: 'ok', complete: 'pending' }));
    expect(sooner.kills).toEqual([2]);
  });

  it('has no eye for the switchover before', () => {
    const { killing, kills } = armed('report', 0, seen({ report: 'ok' }, 'normal', 'earlier'));
    killing.see(seen({ report: 'ok' }, 'normal', 'earlier'));
    expect(kills).toEqual([]);
    killing.see(seen({ report: 'running' }, 'normal', 'op'));
    expect(kills).toEqual([0]);
  });

  it('takes the first sign of trouble for the begin of detect, and the begin of lock for its end', () => {
    const first = armed('detect');
    first.killing.see(seen(null));
    expect(first.kills).toEqual([]);
    first.killing.see(seen(null, 'suspect'));
    expect(first.kills).toEqual([0]);

    const planned = armed('detect');
    planned.killing.see(seen({ detect: 'ok', lock: 'pending' }, 'normal'));
    expect(planned.kills).toEqual([0]);

    const missed = armed('detect', 60);
    missed.killing.see(seen(null, 'suspect'));
    missed.killing.see(seen({ detect: 'ok', lock: 'running' }, 'switching'));
    expect(missed.kills).toEqual([0]);
  });
});
