import { afterEach, describe, expect, it } from 'vitest';
import { PairRig, type RigConsole, type RigOptions } from '#test/pair-rig';
import { startTcpProxy } from '#test/tcp-proxy';
import { until } from '#test/zookeeper-session';

let rig: PairRig;
afterEach(() => rig.end());

async function normal(options: RigOptions = {}): Promise<RigConsole> {
  rig = new PairRig(options);
  await rig.start();
  const made = rig.console();
  const unblocked = () => made.monitor.view().blockers.every(({ key }) => /policy|driverNode/.test(key));
  await until(() => made.monitor.tile().state === 'normal' && unblocked());
  return made;
}

const ended = (made: RigConsole) => made.notices.find(({ kind }) => kind !== 'switchover-begun');

describe('a pair of real processes under policy auto', () => {
  it('switches over when the primary is killed', async () => {
    const made = await normal();
    const before = await rig.route();
    await rig.node('A').kill();
    await until(() => ended(made) !== undefined, 5_000);

    expect(ended(made)).toMatchObject({
      kind: 'switchover-done',
      trigger: 'automatic',
      from: 'A',
      to: 'B',
      failure: null,
    });
    expect(ended(made)?.steps.map(({ result }) => result)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    expect(ended(made)?.outageMs).toBeGreaterThan(0);
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    await until(() => made.monitor.tile().primary === 'B');
    expect(made.monitor.tile()).toMatchObject({ state: 'degraded', severity: 'p2' });
    expect(made.notices.map(({ kind }) => kind)).toEqual(['switchover-begun', 'switchover-done']);
  });

  it('is normal again once the old primary is back as standby, and switches over to it', async () => {
    const made = await normal();
    await rig.node('A').kill();
    await until(() => ended(made) !== undefined, 5_000);
    await rig.startNode('A');
    await until(() => made.monitor.tile().state === 'normal', 15_000);
    expect(made.monitor.tile()).toMatchObject({ primary: 'B', standby: 'A' });
    await until(() => made.monitor.view().blockers.length === 0);
    await rig.node('B').kill();
    await until(() => made.notices.filter(({ kind }) => kind === 'switchover-done').length === 2, 5_000);
    expect((await rig.route())?.instance).toBe('A');
  });

  it('switches over when the primary hangs, once ZooKeeper has let it go', async () => {
    const made = await normal();
    const before = await rig.route();
    rig.node('A').child.kill('SIGSTOP');
    await until(() => ended(made) !== undefined, 20_000);
    expect(ended(made)).toMatchObject({ kind: 'switchover-done', to: 'B' });
    rig.node('A').child.kill('SIGCONT');
    await until(() => made.monitor.view().instances[0]?.verdict === 'alive', 15_000);
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    expect(made.events.every(({ message }) => message.key !== 'failover.event.state.split-brain')).toBe(true);
  });

  it('switches over when the primary stops in good order', async () => {
    const made = await normal();
    const before = await rig.route();
    rig.node('A').child.kill('SIGTERM');
    await until(() => ended(made) !== undefined, 10_000);
    expect(ended(made)).toMatchObject({ kind: 'switchover-done', to: 'B' });
    expect(await rig.route()).toMatchObject({ instance: 'B', epoch: (before?.epoch ?? 0) + 1 });
  });

  it('switches nothing when the standby is killed', async () => {
    const made = await normal();
    const before = await rig.route();
    await rig.node('B').kill();
    await until(() => made.monitor.view().instances[1]?.verdict === 'gone', 10_000);
    await until(() => made.monitor.view().instances[1]?.registration === null, 10_000);
    expect(made.monitor.tile()).toMatchObject({ state: 'degraded', severity: 'p2', primary: 'A', standby: null });
    expect(await rig.route()).toEqual(before);
    expect(made.notices).toEqual([]);
  });

  it('never promotes on network evidence alone', async () => {
    const proxies = new Map<string, Awaited<ReturnType<typeof startTcpProxy>>>();
    rig = new PairRig({
      hostCheck: 'none',
      timeouts: { silentAfterMs: 500 },
      beatIntervalMs: 100,
      portOf: (instance, t2Port) => proxies.get(instance)?.port ?? t2Port,
    });
    await rig.start();
    const proxy = await startTcpProxy(rig.node('A').t2Port);
    proxies.set('A', proxy);
    const made = rig.console();
    await until(() => made.monitor.tile().state === 'normal' && made.monitor.view().blockers.length === 0);
    const before = await rig.route();
    proxy.cut();
    await until(() => made.monitor.view().instances[0]?.verdict === 'unreachable-registered', 10_000);
    expect(made.monitor.tile()).toMatchObject({
      state: 'suspect',
      primary: 'A',
      reason: { key: 'state.primaryUnreachable' },
    });
    proxy.heal();
    await until(() => made.monitor.tile().state === 'normal', 10_000);
    expect(await rig.route()).toEqual(before);
    expect(made.notices).toEqual([]);
    await proxy.close();
  });

  it('says so and does nothing while ZooKeeper is away', async () => {
    const made = await normal();
    const before = await rig.route();
    await rig.server?.stop();
    await until(() => made.monitor.tile().reason.key === 'state.onPromise', 15_000);
    expect(made.monitor.tile()).toMatchObject({ state: 'degraded', severity: 'p2' });
    await rig.server?.restart();
    await until(() => made.monitor.tile().state === 'normal', 15_000);
    expect(await rig.route()).toEqual(before);
    expect(made.notices).toEqual([]);
  });
});

describe('under the other policies and drivers', () => {
  it('assist proposes and leaves the act to the operator', async () => {
    const made = await normal({ policy: 'assist' });
    await rig.node('A').kill();
    await until(() => made.monitor.tile().next?.key === 'state.next.promoteNow');
    expect(made.monitor.tile()).toMatchObject({ state: 'outage', severity: 'p1', primary: null });

    const preflight = await made.monitor.preflight('B');
    expect(preflight).toMatchObject({ planned: false, refusal: null, from: 'A' });
    const request = { to: 'B', token: preflight.token, confirmation: '' };
    await expect(made.monitor.promote(request)).rejects.toMatchObject({
      said: { key: 'preflight.refusal.confirmation' },
    });
    await made.monitor.promote({ ...request, confirmation: 'mt' });
    await until(() => ended(made) !== undefined, 5_000);
    expect(ended(made)).toMatchObject({ kind: 'switchover-done', trigger: 'operator', to: 'B' });
    await expect(made.monitor.promote({ ...request, confirmation: 'mt' })).rejects.toMatchObject({
      said: { key: 'preflight.refusal.expired' },
    });
  });

  it('a planned switchover lets the primary step down first', async () => {
    const made = await normal({ policy: 'assist' });
    const before = await rig.route();
    const preflight = await made.monitor.preflight('B');
    expect(preflight).toMatchObject({ planned: true, refusal: null });
    expect(preflight.checks.filter(({ result }) => result !== 'pass')).toEqual([]);
    await made.monitor.promote({ to: 'B', token: preflight.token, confirmation: '' });
    await until(() => ended(made) !== undefined, 10_000);
    expect(ended(made)).toMatchObject({ kind: 'switchover-done', to: 'B' });
    const proof = ended(made)?.steps.find(({ name }) => name === 'prove-old-out');
    expect(proof?.detail?.key).toBe('failover.proof.steppedDown');
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    await until(() => made.monitor.tile().primary === 'B' && made.monitor.tile().state === 'normal', 10_000);

    expect(made.events.some(({ message }) => message.key === 'failover.event.state.split-brain')).toBe(false);
    const back = await made.monitor.preflight('A');
    expect(back).toMatchObject({ planned: true, refusal: null });
    expect(back.expectedOutageMs).not.toBeNull();
  });

  it('observe only watches', async () => {
    const made = await normal({ policy: 'observe' });
    await rig.node('A').kill();
    await until(() => made.monitor.tile().state === 'outage');
    await until(() => made.monitor.view().instances[0]?.registration === null, 10_000);
    expect((await rig.route())?.instance).toBe('A');
    expect(made.notices).toEqual([]);
  });

  it('a node that promotes itself is followed and measured', async () => {
    const made = await normal({ driver: 'node', beatIntervalMs: 100 });
    expect(made.monitor.view().blockers.map(({ key }) => key)).toContain('blocker.driverNode');
    await rig.node('A').kill();
    await until(() => ended(made) !== undefined, 20_000);
    expect(ended(made)).toMatchObject({ kind: 'switchover-done', trigger: 'node', to: 'B' });
    expect(ended(made)?.outageMs).toBeGreaterThan(0);
    // The states are the console's own, from evidence; what the node went by is its record's.
    const told = made.events.map(({ message }) => message.key);
    const at = (state: string) => told.lastIndexOf(`failover.event.state.${state}`);
    expect(at('outage')).toBeGreaterThan(-1);
    expect(at('switching')).toBeGreaterThan(at('outage'));
    expect(at('degraded')).toBeGreaterThan(at('switching'));
    const [gone] = ended(made)?.grounds?.instances ?? [];
    expect(gone).toMatchObject({ instance: 'A', verdict: 'gone' });
    expect(gone?.sources.map((source) => [source.class, source.says])).toEqual([
      ['coordination', 'gone'],
      ['peer', 'silent'],
    ]);
    expect(made.monitor.view().foresight?.sentence.key).toBe('foresight.node');
    expect((await made.monitor.preflight('A')).refusal?.key).toBe('preflight.refusal.driverNode');
  });
});

describe('two consoles', () => {
  it('let one act, and the other tell the same story', async () => {
    const first = await normal();
    const second = rig.console('console-2');
    await until(() => second.monitor.view().lock.holder === 'other' && second.monitor.tile().state === 'normal');
    expect(second.monitor.view().lock.name).toBe('console-1');
    await rig.node('A').kill();
    await until(() => ended(first) !== undefined && ended(second) !== undefined, 10_000);
    expect(ended(second)).toMatchObject({ kind: 'switchover-done', to: 'B', operationId: ended(first)?.operationId });
    expect((await rig.route())?.epoch).toBe(ended(first)?.epochAfter);
  });

  it('hand the pair over: the next one acts when the first is gone', async () => {
    const first = await normal();
    const second = rig.console('console-2');
    await until(() => second.monitor.view().lock.holder === 'other');
    await first.stop();
    await until(() => second.monitor.view().lock.holder === 'this' && second.monitor.view().blockers.length === 0);
    await rig.node('A').kill();
    await until(() => ended(second) !== undefined, 5_000);
    expect(ended(second)).toMatchObject({ kind: 'switchover-done', to: 'B' });
  });

  it('finish each other: what one left half done the next one completes, with the epoch raised once', async () => {
    const first = await normal({ nodeArgs: ['--base-data-ms', '1500'] });
    const second = rig.console('console-2');
    await until(() => second.monitor.view().lock.holder === 'other' && second.monitor.tile().state === 'normal');
    const before = await rig.route();
    await rig.node('A').kill();
    await until(
      () =>
        first.monitor.view().switchover?.steps.some(({ name, result }) => name === 'load' && result === 'running') ??
        false,
    );
    await first.stop();
    await until(() => ended(second) !== undefined, 10_000);
    expect(ended(second)).toMatchObject({
      kind: 'switchover-done',
      to: 'B',
      operationId: first.notices[0]?.operationId,
    });
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    await until(() => second.monitor.tile().primary === 'B');
  });
});
