import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { createZooKeeperSession } from '#core/zookeeper';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { skipWithoutApache } from '#test/apache-zookeeper';
import { root } from '#test/program';
import { drill, report, STEPS } from './command.ts';

describe('the drill', () => {
  it('stop-primary: the standby takes over', async () => {
    const [run] = (await report('stop-primary')).runs;
    expect(run).toMatchObject({ primaryAfter: 'B', epochAfter: 2 });
  });

  it('kill-standby: nothing switches', async () => {
    const [run] = (await report('kill-standby')).runs;
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 1, outageMs: 0, detectMs: null, steps: [] });
  });

  it('zk-down: nothing switches and clients see no outage', async () => {
    const [run] = (await report('zk-down')).runs;
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 1, outageMs: 0, detectMs: null, steps: [] });
  });

  it('kill-primary with driver node: the standby promotes itself', async () => {
    const { runs, driver } = await report('kill-primary', '--driver', 'node');
    expect(driver).toBe('node');
    expect(runs[0]).toMatchObject({ primaryAfter: 'B', epochAfter: 2 });
    expect(runs[0]?.steps.map(({ name }) => name)).toEqual(STEPS);
    expect(runs[0]?.detectMs).toBeGreaterThan(0);
  });

  it.skipIf(skipWithoutApache())('kill-primary on Apache ZooKeeper', async () => {
    const { runs, zookeeper } = await report('kill-primary', '--zookeeper', 'apache');
    expect(zookeeper).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(runs[0]).toMatchObject({ primaryAfter: 'B', epochAfter: 2 });
  });

  it.skipIf(skipWithoutApache())(
    'zk-down on an ensemble of three: nothing switches, and all of it comes back',
    async () => {
      const { runs, zookeeper } = await report('zk-down', '--zookeeper', 'apache:3');
      expect(zookeeper.split(',')).toHaveLength(3);
      expect(runs[0]).toMatchObject({ primaryAfter: 'A', epochAfter: 1, outageMs: 0 });
    },
  );

  it("leaves somebody else's ZooKeeper as it was, also when it is killed", async () => {
    const server = await startZooKeeperServer({}, { clock: systemClock });
    const deps = { clock: systemClock, random: { next: () => 0.5, uuid: () => 'test' } };
    const session = createZooKeeperSession({ connectString: server.address, sessionTimeoutMs: 3_000 }, deps);
    try {
      await session.whenConnected(5_000);
      const before = await session.children('/');
      const found = await report('stop-primary', '--zookeeper', server.address);
      expect(found.zookeeper).toBe(server.address);
      expect(await session.children('/')).toEqual(before);

      const args = ['src/main/drill.ts', '--fault', 'hang-primary', '--zookeeper', server.address];
      const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
      await expect.poll(() => session.children('/'), { timeout: 15_000 }).not.toEqual(before);
      child.kill('SIGKILL');
      await expect.poll(() => session.children('/'), { timeout: 15_000 }).toEqual(before);
    } finally {
      await session.close();
      await server.close();
    }
  });

  it('says in one line what is wrong with its options, and exits with 2', async () => {
    const { code, out, error } = await drill('--fault', 'unplug');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error.trimEnd().split('\n')).toEqual([expect.stringContaining('unplug')]);
  });

  it('exits with 1 and says why where ZooKeeper cannot be had', async () => {
    const { code, out } = await drill('--json', '--zookeeper', '127.0.0.1:1', '--timeout', '1');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, runs: [], outageMs: null, problem: expect.any(String) });
  });
});
