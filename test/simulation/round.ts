import { FAULTS } from './faults/index.ts';
import type { PlannedFault, RoundPlan } from './plan.ts';
import { SeededRandom } from './random.ts';
import type { World } from './world.ts';

/** Lets a round's faults happen, those that are kept, until its time is over. What still lasts then is for `heal`. */
export async function runFaults(world: World, plan: RoundPlan, isKept: (id: string) => boolean): Promise<void> {
  let isOver = false;
  const later = (delayMs: number, run: () => void) => world.later(delayMs, () => !isOver && run());
  const { seed } = world.setting;
  const begin = ({ id, kind, lastsMs }: PlannedFault) => {
    const fault = FAULTS[kind];
    // A stream of its own: which pair is hit changes nothing of what it is hit by.
    const pair = new SeededRandom(seed, `pair of fault ${id}`).pick(world.pairs);
    const end = fault?.begin({ world, pair, random: new SeededRandom(seed, `fault ${id}`), later });
    if (fault === undefined || end === undefined) return;
    if (!fault.countsItself) world.count(kind);
    const text = `fault ${id}: ${kind}${fault.lastsMs[1] > 0 ? ` for ${lastsMs} ms` : ''}`;
    if (fault.hitsSite) world.trace.say(text);
    else pair.say(text);
    if (fault.lastsMs[1] === 0) return;
    later(lastsMs, () => {
      world.trace.say(`fault ${id}: over`);
      end();
    });
  };
  for (const planned of plan.faults) if (isKept(planned.id)) later(planned.atMs, () => begin(planned));
  await world.timeline.runUntil(world.timeline.nowMs + plan.lastsMs);
  isOver = true;
}
