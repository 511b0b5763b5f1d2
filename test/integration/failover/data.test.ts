import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { PairMonitor } from '#main/pairs';
import { ERROR_NUMBERS } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { AckedOrders } from '#test/acked-orders';
import { beat } from '#test/mt-node-process';
import { PairRig, type RigConsole, type RigOptions } from '#test/pair-rig';

const within = { timeout: 15_000, interval: 20 };
const rigs: PairRig[] = [];

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.end();
});

/** A pair that keeps data, its standby following, with a console that watches it. */
async function pair(options: RigOptions = {}): Promise<{ rig: PairRig; console: RigConsole; writer: AckedOrders }> {
  const rig = new PairRig({ keepsData: true, nodeArgs: ['--practice'], ...options });
  rigs.push(rig);
  await rig.start();
  const made = rig.console();
  await expect.poll(() => data(made.monitor, 'B')?.sync.state, within).toBe('following');
  await expect.poll(() => made.monitor.tile().state, within).toBe('normal');
  // Until the primary waits for its standby again, it may acknowledge within the bound that it has published.
  await expect.poll(() => data(made.monitor, 'B')?.lossBound, within).toBe(0);
  return { rig, console: made, writer: new AckedOrders() };
}

const data = (monitor: PairMonitor, instance: string) =>
  monitor.view().instances.find(({ name }) => name === instance)?.data ?? null;
const words = (monitor: PairMonitor) => monitor.view().blockers.map((blocker) => sentence('en', blocker));
const synchronisationFailed = (monitor: PairMonitor) =>
  expect.poll(() => data(monitor, 'B')?.sync.state, within).toBe('failed');
const served = (rig: PairRig, instance: string) =>
  expect.poll(() => beat(rig.node(instance).t2Port), within).toBe(ERROR_NUMBERS.ok);

describe('a pair that keeps data, on the console', () => {
  it('loses nothing when the share of the primary is removed under it, and its process lives on', async () => {
    const { rig, console, writer } = await pair();
    expect(await writer.write(rig.node('A').t2Port, 100)).toBe(100);
    rmSync(rig.share('A'), { recursive: true });
    // One more is what finds out; it is acknowledged by nobody.
    expect(await writer.write(rig.node('A').t2Port, 1)).toBe(0);
    await served(rig, 'B');
    await expect.poll(() => console.monitor.view().switchover?.outcome, within).toBe('done');
    expect(await writer.compare(rig.node('B').t2Port)).toEqual({ missing: [], doubled: [] });
    expect(rig.node('A').child.exitCode).toBeNull();
    expect(data(console.monitor, 'A')?.sync.reason?.key).toBe('sync.localDamaged');
  });

  it('loses nothing when its primary is killed, and the switchover says so in figures', async () => {
    const { rig, console, writer } = await pair();
    expect(await writer.write(rig.node('A').t2Port, 300)).toBe(300);
    await rig.node('A').kill();
    await served(rig, 'B');
    await expect.poll(() => console.monitor.view().switchover?.outcome, within).toBe('done');
    const { data: result } = console.monitor.view().switchover ?? {};
    expect(result).toMatchObject({ lost: 0, lossBound: 0, duplicated: 0 });
    expect(result?.present).toBeGreaterThanOrEqual(300);
    expect(await writer.compare(rig.node('B').t2Port)).toEqual({ missing: [], doubled: [] });
    await expect.poll(() => console.events.map(({ message }) => message.key), within).toContain('notice.data.complete');
    expect(console.notices.at(-1)).toMatchObject({ kind: 'switchover-done', data: result });
    const { grounds, verified = [] } = console.monitor.view().switchover ?? {};
    const why = grounds?.instances.find(({ instance }) => instance === 'A');
    expect(why).toMatchObject({ verdict: 'gone' });
    expect(why?.sources.map((source) => source.class)).toEqual(['network', 'peer', 'coordination', 'host']);
    // The dead one's last word was heard within the second before: up to there it is held against the new one's.
    expect(Object.fromEntries(verified.map(({ what, result }) => [what, result]))).toMatchObject({
      data: 'equal',
      sessions: 'equal',
    });
  });

  it('has everything that the old primary stepped down with, by its digest, while clients write', async () => {
    const { rig, console, writer } = await pair();
    const writing = writer.write(rig.node('A').t2Port, 3_000);
    await new Promise((resolve) => setImmediate(resolve));
    const ticket = await console.monitor.preflight('B');
    await console.monitor.promote({ to: 'B', token: ticket.token, confirmation: 'mt' });
    await expect.poll(() => console.monitor.view().switchover?.outcome, within).toBe('done');
    await writing;
    const { verified = [] } = console.monitor.view().switchover ?? {};
    expect(verified.map(({ what, said }) => [what, said.key])).toEqual([
      ['data', 'failover.verified.data.equal'],
      ['sessions', 'failover.verified.sessions.equal'],
    ]);
    expect(await writer.compare(rig.node('B').t2Port)).toEqual({ missing: [], doubled: [] });
  });

  it('shows that the synchronisation failed, why, and where to look, and that it is back', async () => {
    const { rig, console } = await pair();
    const began = performance.now();
    rig.mount('B').unmount();
    await synchronisationFailed(console.monitor);
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect.poll(() => console.monitor.tile().state, within).toBe('degraded');
    const { severity, reason, next } = console.monitor.tile();
    expect(severity).toBe('p2');
    expect(sentence('en', reason)).toContain(rig.mount('B').directory);
    expect(next && sentence('en', next)).toContain(`df -h ${rig.mount('B').directory}`);
    rig.mount('B').mount();
    await expect.poll(() => console.monitor.tile().state, within).toBe('normal');
    const told = console.events.map(({ message }) => message.key);
    expect(told.filter((key) => key === 'failover.event.syncFailed')).toHaveLength(1);
    expect(told.filter((key) => key === 'failover.event.syncBack')).toHaveLength(1);
  });

  it('is not switched over by itself where that may lose data, and by an operator who accepts the bound', async () => {
    const { rig, console, writer } = await pair();
    const { monitor } = console;
    await writer.write(rig.node('A').t2Port, 50);
    rig.mount('B').unmount();
    await synchronisationFailed(monitor);
    // Without its standby's confirmation the primary goes on once the loss bound allows it.
    const afterwards = await writer.write(rig.node('A').t2Port, 40);
    expect(afterwards).toBeGreaterThan(0);
    await expect.poll(() => (data(monitor, 'B')?.lossBound ?? 0) > 0, within).toBe(true);
    const before = await rig.route();
    await rig.node('A').kill();
    await expect.poll(() => monitor.tile().state, within).toBe('outage');
    await expect.poll(() => words(monitor).length, within).toBe(2);
    expect(words(monitor).join(' ')).toMatch(/up to \d+ acknowledged records.*df -h/);
    expect(sentence('en', monitor.tile().reason)).toMatch(/may lose up to \d+ acknowledged records/);
    expect(console.notices).toEqual([]);
    expect(await rig.route()).toEqual(before);

    const shown = await monitor.preflight('B');
    const bound = shown.loss?.bound ?? 0;
    expect(shown.refusal).toBeNull();
    expect(bound).toBeGreaterThanOrEqual(afterwards);
    const request = { to: 'B', token: shown.token, confirmation: 'mt' };
    await expect(monitor.promote({ ...request, acceptedLoss: bound - 1 })).rejects.toMatchObject({
      said: { key: 'preflight.refusal.loss', params: { bound } },
    });
    await monitor.promote({ ...request, acceptedLoss: bound });
    await served(rig, 'B');
    await expect.poll(() => monitor.view().switchover?.outcome, within).toBe('done');
    const result = monitor.view().switchover?.data;
    expect(result).toMatchObject({ lost: null, duplicated: 0 });
    expect(result?.lossBound).toBeGreaterThan(0);
    expect(result?.lossBound).toBeLessThanOrEqual(bound);
    const { missing, doubled } = await writer.compare(rig.node('B').t2Port);
    expect(doubled).toEqual([]);
    expect(missing.length).toBe(afterwards);
    expect(missing.length).toBeLessThanOrEqual(result?.lossBound ?? 0);
    await expect.poll(() => console.events.map(({ message }) => message.key), within).toContain('notice.data.bound');

    // The old primary comes back: what only it has is kept aside, counted, and told of once.
    rig.mount('B').mount();
    await rig.startNode('A');
    await expect.poll(() => data(monitor, 'A')?.aside?.writes, within).toBe(afterwards);
    await expect.poll(() => data(monitor, 'A')?.sync.state, within).toBe('following');
    const told = console.events.filter(({ message }) => message.key === 'failover.event.aside');
    expect(told).toMatchObject([{ severity: 'p2', instance: 'A', message: { params: { writes: afterwards } } }]);
    await expect.poll(() => monitor.tile().reason.key, within).toBe('state.aside');
    expect(monitor.tile()).toMatchObject({ state: 'normal', severity: 'p3' });
  });

  it('is switched over by itself when its primary’s host is lost in mode sync: everything was confirmed', async () => {
    const { rig, console, writer } = await pair();
    await writer.write(rig.node('A').t2Port, 100);
    await rig.node('A').kill();
    rmSync(rig.share('A'), { recursive: true });
    await served(rig, 'B');
    await expect.poll(() => console.monitor.view().switchover?.outcome, within).toBe('done');
    expect(console.monitor.view().switchover?.data).toMatchObject({ lost: 0 });
    expect(await writer.compare(rig.node('B').t2Port)).toEqual({ missing: [], doubled: [] });
  });
});
