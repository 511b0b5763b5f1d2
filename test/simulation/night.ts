import type { NightPlan } from './plan.ts';
import { otherOf } from './setting.ts';
import type { World } from './world.ts';

/** Longer than a node or a console takes to end in order. */
const ENDED_WITHIN_MS = 6_000;

/**
 * The site ends its day and begins the next: both instances of each pair are stopped in order, whichever first, and started
 * in the morning, whichever first; consoles are closed meanwhile, or are not. What must hold, holds all the while.
 */
export async function passNight(world: World, night: NightPlan): Promise<void> {
  const { timeline, trace, pairs, consoles } = world;
  const wait = (delayMs: number) => timeline.runUntil(timeline.nowMs + delayMs);
  trace.say(`the day ends: ${night.stopsFirst} is stopped first`);
  for (const { client } of pairs) client.pause();
  if (!night.consolesStay) for (const console of consoles) void console.stop();
  for (const pair of pairs) void pair.instance(night.stopsFirst).stop();
  await wait(night.eveningGapMs);
  for (const pair of pairs) void pair.instance(otherOf(night.stopsFirst)).stop();
  await wait(ENDED_WITHIN_MS);
  await wait(night.lastsMs);
  trace.say(`another day begins: ${night.startsFirst} is started first`);
  for (const pair of pairs) pair.instance(night.startsFirst).start();
  await wait(night.morningGapMs);
  for (const pair of pairs) pair.instance(otherOf(night.startsFirst)).start();
  world.nightMs += night.lastsMs;
}
