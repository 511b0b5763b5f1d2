import { beforeEach, describe, expect, it } from 'vitest';
import type { PairCoordination, RouteChange } from '#main/coordination';
import { parseRecord, recordText, routeSchema, type SwitchoverRecord, switchoverRecordSchema } from '#shared/domain';
import type { MemoryZooKeeper } from '#test/memory-zookeeper';
import type { VirtualClock } from '#test/virtual-clock';
import { type CoordinationRig, coordinationRig, paths } from './rig.ts';

let clock: VirtualClock;
let tree: MemoryZooKeeper;
let rig: CoordinationRig;

beforeEach(async () => {
  rig = await coordinationRig();
  ({ clock, tree } = rig);
  tree.apply([{ op: 'create', path: paths.switchover, data: Buffer.alloc(0), mode: 'persistent' }], 0n);
});

async function open(consoleName: string): Promise<PairCoordination> {
  const { coordination } = rig.open(consoleName);
  await clock.advance(500);
  return coordination;
}

const data = (path: string) => tree.nodes.get(path)?.data ?? Buffer.alloc(0);
const stored = () => parseRecord(routeSchema, paths.route, data(paths.route));
const record = (token: string | null): SwitchoverRecord => ({
  ...{ version: 1, operationId: 'op', trigger: 'automatic', from: 'A', fromIncarnation: 'A-1', to: 'B' },
  ...{ epochBefore: 7, epochAfter: 8, token, startedAtMs: 1, endedAtMs: null, outcome: 'running', steps: [] },
});
const close = { operationId: 'op', to: 'B', incarnation: 'B-1', driver: 'console', expectedEpoch: 7 } as const;

async function ended(change: Promise<RouteChange>): Promise<RouteChange> {
  let outcome: RouteChange | undefined;
  void change.then((found) => {
    outcome = found;
  });
  for (let i = 0; i < 100 && !outcome; i++) await clock.advance(100);
  if (!outcome) throw new Error('the change did not end');
  return outcome;
}
const closeBy = (one: PairCoordination) => ended(one.closeRoute({ ...close, timeoutMs: 1_000 }));
const openBy = (one: PairCoordination) => ended(one.openRoute({ operationId: 'op', epoch: 8, timeoutMs: 1_000 }));

/** The first console's election node goes, and it has not heard of that: it still believes that it leads. */
async function loseTheLock(second: PairCoordination): Promise<void> {
  const [own] = tree.children(paths.consoles) ?? [];
  tree.apply([{ op: 'remove', path: `${paths.consoles}/${own}` }], 0n);
  const [, , next] = [...tree.sessions];
  next?.look();
  await clock.advance(10);
  expect(second.mayAct()).toBe(true);
}

describe('the fencing token', () => {
  it('is the czxid of the acting console’s own election node, in the closed route and in the open one', async () => {
    const one = await open('one');
    const [own] = tree.children(paths.consoles) ?? [];
    const czxid = tree.nodes.get(`${paths.consoles}/${own}`)?.czxid.toString();
    expect(await closeBy(one)).toMatchObject({
      outcome: 'changed',
      route: { epoch: 8, state: 'closed', token: czxid },
    });
    expect(await openBy(one)).toMatchObject({ outcome: 'changed', route: { epoch: 8, state: 'open', token: czxid } });
    expect(stored()).toMatchObject({ epoch: 8, state: 'open', token: czxid });
  });

  it('is the successor’s, and a higher one, in the route that the successor opens', async () => {
    const one = await open('one');
    const two = await open('two');
    await closeBy(one);
    const before = BigInt(stored().token ?? '0');
    await loseTheLock(two);
    expect(await openBy(two)).toMatchObject({ outcome: 'changed', route: { epoch: 8, state: 'open' } });
    expect(stored().token).toBe(two.token());
    expect(BigInt(stored().token ?? '0')).toBeGreaterThan(before);
  });
});

describe('a switchover record', () => {
  const written = () => parseRecord(switchoverRecordSchema, paths.switchover, data(paths.switchover));
  const of = (operationId: string, change: Partial<SwitchoverRecord> = {}): SwitchoverRecord => ({
    ...{ ...record('1'), operationId, ...change },
  });
  /** Written by somebody whose word this console's watch has not brought yet. */
  const put = (value: SwitchoverRecord) =>
    void tree.apply([{ op: 'set', path: paths.switchover, data: Buffer.from(recordText(value)) }], 0n);
  async function write(one: PairCoordination, value: SwitchoverRecord): Promise<boolean> {
    one.writeSwitchover(value);
    const done = one.switchoverWritten();
    await clock.advance(100);
    return done;
  }

  it.each(['running', 'done'] as const)(
    'of the predecessor’s stays where the watch has not shown it yet: %s',
    async (outcome) => {
      const one = await open('one');
      put(of('predecessor', { outcome }));
      for (let tries = 0; tries < 2; tries++) {
        expect(await write(one, of('own'))).toBe(false);
        expect(written()).toMatchObject({ operationId: 'predecessor', outcome });
        tree.changed();
        await clock.advance(10);
      }
      // One that rests on it takes its place.
      expect(await write(one, of('next'))).toBe(true);
      expect(written().operationId).toBe('next');
    },
  );

  it('is written on and on upon the own one, whatever the watch shows', async () => {
    const one = await open('one');
    for (const epochAfter of [null, 8, 9]) {
      expect(await write(one, of('own', { epochAfter }))).toBe(true);
      expect(written().epochAfter).toBe(epochAfter);
    }
    one.writeSwitchover(of('own', { outcome: 'done' }));
    one.writeSwitchover(of('next'));
    await clock.advance(100);
    expect(await one.switchoverWritten()).toBe(true);
    expect(written().operationId).toBe('next');
  });

  it.each(['applied', 'not-applied'] as const)('whose answer is lost is written again (%s)', async (lost) => {
    const one = await open('one');
    const [session] = [...tree.sessions].slice(-1);
    if (!session) throw new Error('there is no session');
    for (const outcome of ['running', 'done'] as const) {
      session.lostAnswers = [lost];
      expect(await write(one, of('own', { outcome }))).toBe(false);
      expect(await write(one, of('own', { outcome }))).toBe(true);
      expect(written().outcome).toBe(outcome);
    }
  });

  it('of the same switchover, which another console went on with, is written over; not once that has ended', async () => {
    const one = await open('one');
    await write(one, of('own'));
    put(of('own', { epochAfter: 8, outcome: 'unknown' }));
    expect(await write(one, of('own', { epochAfter: 9 }))).toBe(true);
    put(of('own', { outcome: 'failed' }));
    expect(await write(one, of('own'))).toBe(false);
    expect(written().outcome).toBe('failed');
  });

  it('that was deleted by hand is made anew', async () => {
    const one = await open('one');
    await write(one, of('own'));
    tree.apply([{ op: 'remove', path: paths.switchover }], 0n);
    expect(await write(one, of('own', { outcome: 'done' }))).toBe(true);
    expect(written().outcome).toBe('done');
  });
});

describe('a console that lost the lock half-way, and does not know it', () => {
  it('can neither close nor open the route, nor write the record; the next one finishes', async () => {
    const one = await open('one');
    const two = await open('two');
    await closeBy(one);
    one.writeSwitchover(record(one.token()));
    await clock.advance(100);
    const before = data(paths.switchover).toString();
    await loseTheLock(two);
    expect(one.mayAct()).toBe(true);
    expect(await one.confirmLock()).toBe(false);

    expect(await openBy(one)).toMatchObject({ outcome: 'refused', reason: { key: 'failover.lockLost' } });
    const again = one.closeRoute({ ...close, operationId: 'op-2', expectedEpoch: 8, timeoutMs: 1_000 });
    expect((await ended(again)).outcome).toBe('refused');
    one.writeSwitchover({ ...record(one.token()), outcome: 'failed' });
    await clock.advance(100);
    expect(await one.switchoverWritten()).toBe(false);
    expect(data(paths.switchover).toString()).toBe(before);
    expect(stored()).toMatchObject({ epoch: 8, state: 'closed', operationId: 'op' });

    // What was begun is found as it was left, and the same close again changes nothing.
    expect(await closeBy(two)).toMatchObject({ outcome: 'changed', route: { epoch: 8, operationId: 'op' } });
    expect((await openBy(two)).outcome).toBe('changed');
    two.writeSwitchover({ ...record(two.token()), outcome: 'done', endedAtMs: 2 });
    await clock.advance(100);
    expect(stored()).toMatchObject({ epoch: 8, state: 'open', token: two.token() });
    const told = parseRecord(switchoverRecordSchema, paths.switchover, data(paths.switchover));
    expect(told).toMatchObject({ outcome: 'done', token: two.token() });
    // The loser's own late tries find it done, and leave it as it is.
    await openBy(one);
    expect(stored()).toMatchObject({ epoch: 8, state: 'open', token: two.token() });
  });
});
