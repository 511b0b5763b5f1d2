import { describe, expect, it } from 'vitest';
import { ANY_LOSS, PLANNED_STEPS } from '#shared/domain';
import { skipWithoutPostgresql } from '#test/postgresql';
import { report, runOf, STEPS } from './command.ts';

const nothingLost = { lost: 0, duplicated: 0 };
const drained = { missing: 0, duplicated: 0, drained: true };

describe('the drill, writing', () => {
  it('kill-primary: A and B take turns, each at one epoch more, and nothing is lost or there twice', async () => {
    const { runs, outageMs, ...head } = await report('kill-primary', '--write-rate', '1000', '--runs', '2');
    expect(head).toMatchObject({ ok: true, fault: 'kill-primary', driver: 'console', zookeeper: 'embedded' });
    expect(head).toMatchObject({ syncMode: 'sync', writeRate: 1_000 });
    expect(runs.map(({ primaryBefore, primaryAfter }) => `${primaryBefore}${primaryAfter}`)).toEqual(['AB', 'BA']);
    expect(outageMs?.min).toBe(Math.min(...runs.map((run) => run.outageMs ?? 0)));
    for (const run of runs) {
      expect(run.epochAfter).toBe(run.epochBefore + 1);
      expect(run.outageMs).toBeGreaterThan(0);
      expect(run.outageErrorMs).toBeGreaterThan(0);
      expect(run.detectMs).toBeGreaterThan(0);
      expect(run.promoteMs).toBeGreaterThan(0);
      expect(run.zombieServed).toBe(0);
      expect(run.replies.ok).toBeGreaterThan(0);
      expect(run.steps.map(({ name }) => name)).toEqual(STEPS);
      expect(run.failures).toEqual([]);
      expect(run.writes).toMatchObject(nothingLost);
      expect(run.writes?.acked).toBeGreaterThan(300);
      expect(run.writes?.present).toBe(run.writes?.acked);
      expect(run.database).toMatchObject({ kind: 'sqlite', ...drained });
      expect(run.database?.rows).toBeGreaterThanOrEqual(run.writes?.acked ?? 0);
      expect(run.sync).toMatchObject({ state: 'following', reason: null, directory: expect.any(String) });
      expect(run.promotion).toBeNull();
    }
  });

  it('a planned switchover and back: all checks pass, all writes are there, the old primary is the standby', async () => {
    const { runs } = await report('planned', '--switch-back', '--write-rate', '1000');
    expect(runs.map(({ primaryBefore, primaryAfter }) => `${primaryBefore}${primaryAfter}`)).toEqual(['AB', 'BA']);
    for (const run of runs) {
      expect(run.outageMs).toBeGreaterThan(0);
      expect(run.writes).toMatchObject(nothingLost);
      expect(run.steps.map(({ name }) => name)).toEqual(PLANNED_STEPS);
      expect(run.steps.every(({ result }) => result === 'ok' || result === 'retried')).toBe(true);
    }
  });

  it('a planned switchover that is only looked at changes nothing in ZooKeeper', async () => {
    const { runs, dryRun } = await report('planned', '--dry-run');
    expect(runs).toEqual([]);
    expect(dryRun).toMatchObject({ from: 'A', to: 'B', refusal: null, znodesUnchanged: true, znodesChanged: [] });
    expect(dryRun?.znodes).toBeGreaterThan(5);
    expect(dryRun?.plan.map(({ step }) => step)).toEqual(PLANNED_STEPS);
    expect(dryRun?.checks.every(({ result }) => result === 'pass')).toBe(true);
  });

  it('hang-primary: the old one, resumed, serves nobody and acknowledges nothing', async () => {
    const run = await runOf('hang-primary', '--write-rate', '500');
    expect(run).toMatchObject({ primaryAfter: 'B', epochAfter: 2 });
    expect(run).toMatchObject({ zombieServed: 0, writes: nothingLost, database: drained });
    expect(run.replies.timeout).toBeGreaterThan(0);
    expect(run.writes?.unknown).toBeGreaterThan(0);
  });

  it("kill-both: the holder of the route's epoch serves again, with everything", async () => {
    const run = await runOf('kill-both');
    expect(run).toMatchObject({ primaryBefore: 'A', primaryAfter: 'A', epochAfter: 2, writes: nothingLost });
  });

  it('lose-host in sync: the standby takes over by itself, and nothing is missing', async () => {
    const run = await runOf('lose-host', '--runs', '1');
    expect(run).toMatchObject({ primaryAfter: 'B', writes: nothingLost });
    expect(run.promotion).toMatchObject({ refused: false, forced: false, lossBound: 0, lost: 0 });
  });

  it('lose-host in async: within the bound the standby takes over, and what is missing is counted', async () => {
    const run = await runOf('lose-host', '--sync-mode', 'async', '--loss-bound', '800');
    expect(run).toMatchObject({ primaryAfter: 'B', promotion: { refused: false, forced: false } });
    expect(run.promotion?.lost).toBe(run.writes?.lost);
    expect(run.promotion?.lost).toBeLessThanOrEqual(800);
  });

  it('lose-host in async, outside the bound: refused, with the bound', async () => {
    const run = await runOf('lose-host', '--sync-mode', 'async', '--loss-bound', '800', '--max-loss', '100');
    expect(run.promotion).toMatchObject({ refused: true, forced: true, lossBound: 800, reason: expect.any(String) });
    expect(run.promotion?.lost).toBeLessThanOrEqual(800);
  });

  it('unmount: refused with the bound, and nothing is lost', async () => {
    const run = await runOf('unmount');
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 2, writes: nothingLost, database: drained });
    expect(run.sync?.state).toBe('failed');
    expect(run.sync?.reason).toContain(`df -h ${run.sync?.directory}`);
    expect(run.promotion).toMatchObject({ refused: true, forced: false, lost: 0, aside: null });
    expect(run.promotion?.lossBound).toBeGreaterThan(0);
    expect(run.promotion?.lossBound).toBeLessThan(ANY_LOSS);
  });

  it('unmount --force: what is missing is counted, is within the bound, and is kept aside on the old primary', async () => {
    const run = await runOf('unmount', '--force');
    expect(run).toMatchObject({ primaryAfter: 'B', epochAfter: 2, database: drained });
    const { promotion, writes } = run;
    expect(promotion).toMatchObject({ refused: true, forced: true, lost: writes?.lost });
    expect(writes?.duplicated).toBe(0);
    expect(writes?.lost).toBeGreaterThan(0);
    expect(writes?.lost).toBeLessThanOrEqual(promotion?.lossBound ?? 0);
    expect(promotion?.aside?.writes).toBeGreaterThanOrEqual(writes?.lost ?? 0);
  });

  it('late-standby: its error status names df and the directory (F15)', async () => {
    const run = await runOf('late-standby');
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 2, writes: nothingLost, sync: { state: 'failed' } });
    expect(run.sync?.reason).toContain(`df -h ${run.sync?.directory}`);
  });

  it('database-blocked: writes go on, and the backlog drains (F16)', async () => {
    const run = await runOf('database-blocked');
    expect(run).toMatchObject({
      primaryAfter: 'A',
      epochAfter: 1,
      outageMs: 0,
      writes: nothingLost,
      database: drained,
    });
    expect(run.database?.backlog).toBeGreaterThan(500);
    expect(run.database?.reason).toMatch(/kuantu\.db.*firewall/);
  });

  it.skipIf(skipWithoutPostgresql())('on PostgreSQL: the same zeros, killed and cut off', async () => {
    const killed = await runOf('kill-primary', '--write-rate', '500', '--database', 'postgresql');
    expect(killed).toMatchObject({ writes: nothingLost, database: { kind: 'postgresql', ...drained } });
    const blocked = await runOf('database-blocked', '--database', 'postgresql');
    expect(blocked).toMatchObject({ outageMs: 0, writes: nothingLost, database: { kind: 'postgresql', ...drained } });
    expect(blocked.database?.backlog).toBeGreaterThan(500);
  });
});
