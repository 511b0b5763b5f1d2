import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import type { ZooKeeperSession } from '#core/zookeeper';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { createPairCoordination, type PairCoordination } from '#main/coordination';
import { pairPaths, policySettings, recordText, type SwitchoverRecord } from '#shared/domain';
import { skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { registration, route } from '#test/failover-facts';
import { realSession, until } from '#test/zookeeper-session';

interface Server {
  address: string;
  close(): Promise<void>;
}
const servers: [string, boolean, () => Promise<Server>][] = [
  [
    'the embedded server',
    false,
    async () => startZooKeeperServer({ tickMs: 100 }, { clock: systemClock, random: systemRandom }),
  ],
  [
    'Apache ZooKeeper',
    skipWithoutApache(),
    async () => {
      const apache = await startApacheZooKeeper();
      return { address: apache.connectString, close: () => apache.close() };
    },
  ],
];

describe.each(servers)('the coordination of a pair on %s', (_name, skipped, start) => {
  let server: Server;
  let count = 0;
  let paths = pairPaths('/none', '', '');
  const sessions: ZooKeeperSession[] = [];
  const consoles: PairCoordination[] = [];

  beforeAll(async () => {
    if (!skipped) server = await start();
  });
  afterAll(() => server?.close());
  afterEach(async () => {
    for (const one of consoles.splice(0)) await one.stop();
    for (const session of sessions.splice(0)) await session.close();
  });

  function session(): ZooKeeperSession {
    const made = realSession({ connectString: server.address, sessionTimeoutMs: 2_000 });
    sessions.push(made);
    return made;
  }

  function fresh(): void {
    paths = pairPaths('/k/{system}/mt/{node}', `s${++count}`, 'mt');
  }

  function console(name: string, own = session()): PairCoordination {
    const made = createPairCoordination(
      {
        paths,
        system: `s${count}`,
        node: 'mt',
        instances: ['A', 'B'],
        consoleName: name,
        initialPolicy: policySettings('assist'),
      },
      { session: own, clock: systemClock, random: systemRandom, log: () => {} },
    );
    consoles.push(made);
    return made;
  }

  const leads = (one: PairCoordination) => until(() => one.mayAct() && one.snapshot().settled);
  const put = async (client: ZooKeeperSession, path: string, value: unknown) => {
    await client.whenConnected(5_000);
    await client.ensurePath(path);
    await client.set(path, Buffer.from(recordText(value)));
  };
  const close = (one: PairCoordination, expectedEpoch: number, operationId = 'op') =>
    one.closeRoute({
      ...{ operationId, to: 'B', incarnation: 'B-1', driver: 'console', expectedEpoch, timeoutMs: 3_000 },
    });

  it.skipIf(skipped)('writes the configured policy where there is none, and obeys the one that is there', async () => {
    fresh();
    const one = console('one');
    await until(() => one.snapshot().policy.value?.mode === 'assist');
    await one.changePolicy((record) => ({ ...record, mode: 'auto' }));
    await until(() => one.snapshot().policy.value?.mode === 'auto');
    const two = console('two');
    await until(() => two.snapshot().settled && two.snapshot().policy.value !== null);
    expect(two.snapshot().policy.value?.mode).toBe('auto');
  });

  it.skipIf(skipped)('gives the lock to one console, and to the next when that one leaves', async () => {
    fresh();
    const one = console('one');
    await leads(one);
    const two = console('two');
    await until(() => two.snapshot().lock.holder === 'other');
    expect(two.snapshot().lock.name).toBe('one');
    expect(two.mayAct()).toBe(false);
    expect(two.token()).toBeNull();
    const before = BigInt(one.token() ?? '0');
    await one.stop();
    await leads(two);
    expect(BigInt(two.token() ?? '0')).toBeGreaterThan(before);
    expect(await two.confirmLock()).toBe(true);
  });

  it.skipIf(skipped)('loses the lock with its election node, and queues anew', async () => {
    fresh();
    const one = console('one');
    await leads(one);
    const two = console('two');
    await until(() => two.snapshot().lock.holder === 'other');
    const other = session();
    await other.whenConnected(5_000);
    const [first] = (await other.children(paths.consoles)).sort((a, b) => a.slice(-10).localeCompare(b.slice(-10)));
    await other.remove(`${paths.consoles}/${first}`);
    await leads(two);
    await until(() => one.snapshot().lock.holder === 'other');
    expect((await close(one, 0)).outcome).toBe('refused');
  });

  it.skipIf(skipped)('closes the route once, raising the epoch by one, and opens it at the same epoch', async () => {
    fresh();
    await put(session(), paths.route, route({ epoch: 4 }));
    const one = console('one');
    await leads(one);
    const closed = await close(one, 4);
    expect(closed).toMatchObject({
      outcome: 'changed',
      route: { instance: 'B', incarnation: 'B-1', epoch: 5, state: 'closed', operationId: 'op', token: one.token() },
    });
    expect(await close(one, 4)).toEqual(closed);
    const opened = await one.openRoute({ operationId: 'op', epoch: 5, timeoutMs: 1_000 });
    expect(opened).toMatchObject({ outcome: 'changed', route: { epoch: 5, state: 'open', instance: 'B' } });
    await until(() => one.snapshot().route.value?.state === 'open');
    expect((await one.openRoute({ operationId: 'another', epoch: 5, timeoutMs: 1_000 })).outcome).toBe('refused');
  });

  it.skipIf(skipped)('goes on above every epoch that an instance has seen, where the route was lost', async () => {
    fresh();
    const node = session();
    await node.whenConnected(5_000);
    await node.ensurePath(paths.instances);
    const bytes = Buffer.from(recordText(registration('B', { system: `s${count}`, epoch: 17 })));
    await node.create(paths.instance('B'), bytes, 'ephemeral');
    const one = console('one');
    await leads(one);
    expect(await close(one, 0)).toMatchObject({ outcome: 'changed', route: { epoch: 18 } });
  });

  it.skipIf(skipped)('lets only one of two operations at the same epoch change the route', async () => {
    fresh();
    await put(session(), paths.route, route());
    const one = console('one');
    await leads(one);
    const changes = await Promise.all([close(one, 1, 'op-1'), close(one, 1, 'op-2')]);
    expect(changes.map(({ outcome }) => outcome).sort()).toEqual(['changed', 'refused']);
    const client = session();
    await client.whenConnected(5_000);
    expect((await client.exists(paths.route))?.version).toBe(2);
  });

  it.skipIf(skipped)(
    'sees registrations come and go, keeps the last good record, and shows what is wrong',
    async () => {
      fresh();
      const one = console('one');
      await leads(one);
      const node = session();
      await node.whenConnected(5_000);
      const good = registration('A', { system: `s${count}` });
      await node.create(paths.instance('A'), Buffer.from(recordText(good)), 'ephemeral');
      await until(() => one.snapshot().registrations.A?.value !== null);
      expect(one.snapshot().registrations.A).toMatchObject({ value: good, present: true, problem: null });

      for (const hostile of ['{', '{"version":1}', JSON.stringify({ ...good, instance: 'B' }), 'x'.repeat(70_000)]) {
        await node.set(paths.instance('A'), Buffer.from(hostile));
        await until(() => one.snapshot().registrations.A?.problem !== null);
        expect(one.snapshot().registrations.A).toMatchObject({ value: null, lastGood: good, present: true });
        await node.set(paths.instance('A'), Buffer.from(recordText(good)));
        await until(() => one.snapshot().registrations.A?.problem === null);
      }
      await node.remove(paths.instance('A'));
      await until(() => one.snapshot().registrations.A?.present === false);
      expect(one.snapshot().registrations.A).toMatchObject({ value: null, lastGood: good });
    },
  );

  it.skipIf(skipped)('takes a registration that no session owns for no sign of life', async () => {
    fresh();
    await put(session(), paths.instance('A'), registration('A', { system: `s${count}` }));
    const one = console('one');
    await until(() => one.snapshot().settled);
    expect(one.snapshot().registrations.A?.problem?.key).toBe('failover.registrationNotEphemeral');
  });

  it.skipIf(skipped)('names instances that are registered and not configured', async () => {
    fresh();
    await put(session(), paths.instance('C'), {});
    const one = console('one');
    await until(() => one.snapshot().foreign.length > 0);
    expect(one.snapshot().foreign).toEqual(['C']);
  });

  it.skipIf(skipped)('writes the latest switchover record, and none without the lock', async () => {
    fresh();
    const record = (operationId: string): SwitchoverRecord => ({
      ...{ version: 1, operationId, trigger: 'operator', from: 'A', fromIncarnation: 'A-1', to: 'B' },
      ...{
        epochBefore: 1,
        epochAfter: null,
        token: '1',
        startedAtMs: 0,
        endedAtMs: null,
        outcome: 'running',
        steps: [],
      },
    });
    const one = console('one');
    await leads(one);
    for (let i = 0; i < 20; i++) one.writeSwitchover(record(`op-${i}`));
    expect(await one.switchoverWritten()).toBe(true);
    await until(() => one.snapshot().switchover.value?.operationId === 'op-19');
    const two = console('two');
    await until(() => two.snapshot().lock.holder === 'other');
    two.writeSwitchover(record('stranger'));
    expect(await two.switchoverWritten()).toBe(false);
    expect(one.snapshot().switchover.value?.operationId).toBe('op-19');
  });
});
