import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { blockers } from '#main/failover';
import { happen, wellWorld } from '../../simulation/exhaustive/begin.ts';
import { eventsIn } from '../../simulation/exhaustive/events.ts';
import { fingerprint } from '../../simulation/exhaustive/fingerprint.ts';
import { serves } from '../../simulation/exhaustive/node.ts';
import { type ExhaustiveReport, exhaustively } from '../../simulation/exhaustive/run.ts';
import { isWell, WaysOut } from '../../simulation/exhaustive/way-out.ts';
import type { World } from '../../simulation/exhaustive/world.ts';
import { MUTATIONS } from '../../simulation/mutations/list.ts';

async function following(world: World, ...names: string[]): Promise<World> {
  let at = world;
  for (const name of names) at = await happen(at, name);
  return at;
}

const FAILOVER = [
  'A dies',
  'C1 beats',
  'C1 writes its record',
  "C1's change of the route: answered",
  "C1's call 45184006: answered",
  'B has loaded',
  'time goes by',
  "C1's call 402999: answered",
  "C1's change of the route: answered",
  'C1 writes its record',
];

describe('the exhaustive check', () => {
  it('begins with a pair in good order', async () => {
    const world = await wellWorld(true);
    expect(isWell(world)).toBe(true);
    expect(blockers(world.consoles.C1.machine.facts)).toEqual([]);
    expect(world.consoles.C2.machine.coordination.lock.holder).toBe('other');
  });

  it("runs the product's procedure to its end", async () => {
    const world = await following(await wellWorld(true), ...FAILOVER);
    expect(world.violation).toBeNull();
    expect(serves(world.nodes.B)).toBe(true);
    expect(world.zookeeper.route?.value).toMatchObject({ instance: 'B', state: 'open', epoch: 2 });
    expect(world.zookeeper.record?.value.outcome).toBe('done');
    expect(world.consoles.C1.procedure).toBeNull();
  });

  it('goes on from one state as often as is wanted, always in the same way', async () => {
    const half = await following(await wellWorld(true), ...FAILOVER.slice(0, 5));
    const first = await following(half, ...FAILOVER.slice(5));
    const again = await following(half, ...FAILOVER.slice(5));
    expect(fingerprint(again)).toBe(fingerprint(first));
    expect(fingerprint(first)).not.toBe(fingerprint(half));
  });

  it('knows a console that took up what another one left half done', async () => {
    const half = await following(await wellWorld(true), ...FAILOVER.slice(0, 4), 'C1 dies');
    expect(await new WaysOut().from(half)).toBe('by itself');
    const taken = await following(half, "C1's former session expires", 'C2 sees ZooKeeper');
    expect(taken.consoles.C2.procedure?.task.kind).toBe('resume');
  });

  it('says what it takes where both instances are down', async () => {
    const world = await following(await wellWorld(true), 'A dies', 'B dies');
    expect(await new WaysOut().from(world)).toBe('once all is started');
  });

  it('tells what may happen next by names that are each one event', async () => {
    const names = eventsIn(await wellWorld(false)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("C1's operator promotes B");
    expect(names).not.toContain("C2's operator promotes B");
  });

  it('tells the shortest path to a state without a way out, where the product knows none', async () => {
    const resume = MUTATIONS.find(({ name }) => name === 'resume');
    const url = new URL('./explore-mutated.ts', import.meta.url);
    const worker = new Worker(url, { workerData: { edits: resume?.edits, depth: 3, faults: 1 } });
    const [report] = (await once(worker, 'message')) as [ExhaustiveReport];
    expect(report.violations).toEqual([]);
    expect(report.stuck[0]?.path).toEqual(["C1's operator promotes B", 'C1 writes its record', 'C1 dies']);
  }, 60_000);

  it('finds no violation and a way out of every state that three events lead to', async () => {
    const report = await exhaustively(3, 3);
    expect(report.violations).toEqual([]);
    expect(report.stuck).toEqual([]);
    expect(report.states).toBeGreaterThan(2_000);
    expect(Object.values(report.waysOut).reduce((sum, count) => sum + count, 0)).toBe(report.states);
    expect(report.statesAtDepth.reduce((sum, count) => sum + count, 0)).toBe(report.states);
  }, 60_000);
});
