/** `npm run simulate -- --seed N`: one quiet run with the primary killed in it, told line by line. */
import { parseArgs } from 'node:util';
import { settingOf } from './setting.ts';
import { withVirtualImmediates } from './timeline.ts';
import { World } from './world.ts';

const QUIET_MS = 60_000;
const AFTER_MS = 20_000;

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const world = new World(settingOf(Number(values.seed)));
world.trace.print = (line) => console.log(line);
await withVirtualImmediates(world.timeline, async () => {
  await world.start();
  await world.timeline.runUntil(world.timeline.nowMs + QUIET_MS);
  world.instance('A').kill();
  await world.timeline.runUntil(world.timeline.nowMs + AFTER_MS);
});
console.log(`${world.timeline.events} events, ${world.switchovers} switchovers, trace ${world.timeline.hash()}`);
process.exitCode = world.invariants.violations.length === 0 ? 0 : 1;
