import { describe, expect, it } from 'vitest';
import { PLANNED_STEPS, SWITCHOVER_STEPS } from '#shared/domain';
import { HELP, parseDrillArguments } from '../../../src/main/drill/arguments.ts';

const parse = (line: string) => parseDrillArguments(line === '' ? [] : line.split(' '));

describe("the drill's command line", () => {
  it('kills the primary once, on the embedded ZooKeeper, when nothing is said', () => {
    expect(parse('')).toEqual({
      kind: 'run',
      options: {
        fault: 'kill-primary',
        runs: 1,
        json: false,
        driver: 'console',
        zookeeper: { kind: 'embedded' },
        timeoutMs: 60_000,
        sessionTimeoutMs: 3_000,
        writeRate: 0,
        syncMode: 'sync',
        lossBound: 1_000,
        maxLossRecords: 0,
        force: false,
        database: 'none',
        dryRun: false,
        consoles: null,
        killConsoleAt: null,
        unreachableSwitchMs: 0,
      },
    });
  });

  it('makes a planned switchover without a fault, there and back where it is told to', () => {
    expect(parse('--planned')).toMatchObject({ options: { fault: 'planned', runs: 1, dryRun: false } });
    expect(parse('--planned --switch-back --runs 3')).toMatchObject({ options: { fault: 'planned', runs: 6 } });
    expect(parse('--planned --dry-run')).toMatchObject({ options: { fault: 'planned', dryRun: true } });
  });

  it('has consoles of their own, and the one that acts killed at a step', () => {
    expect(parse('--consoles 3 --fault zk-down')).toMatchObject({ options: { consoles: 3, killConsoleAt: null } });
    for (const step of SWITCHOVER_STEPS)
      expect(parse(`--consoles 2 --kill-console-at ${step}`)).toMatchObject({ options: { killConsoleAt: step } });
    for (const step of PLANNED_STEPS)
      expect(parse(`--planned --consoles 2 --kill-console-at ${step}`)).toMatchObject({
        options: { fault: 'planned', consoles: 2, killConsoleAt: step },
      });
  });

  it('has an unreachable primary switched over by the policy', () => {
    expect(parse('--fault firewall-reject')).toMatchObject({ options: { unreachableSwitchMs: 0 } });
    expect(parse('--fault firewall-reject --unreachable-after 5000')).toMatchObject({
      options: { unreachableSwitchMs: 5_000 },
    });
    const killed = '--fault firewall-reject --unreachable-after 5000 --consoles 2 --kill-console-at drain';
    expect(parse(killed)).toMatchObject({ options: { killConsoleAt: 'drain' } });
    expect(parse('--fault zk-leader --zookeeper apache:3')).toMatchObject({ options: { fault: 'zk-leader' } });
  });

  it('writes by itself where the fault is about data, and into SQLite where it writes', () => {
    expect(parse('--fault lose-host')).toMatchObject({ options: { writeRate: 500, database: 'sqlite' } });
    expect(parse('--write-rate 2000')).toMatchObject({ options: { writeRate: 2_000, database: 'sqlite' } });
    expect(parse('--fault kill-both --write-rate 9 --database none')).toMatchObject({
      options: { writeRate: 9, database: 'none' },
    });
    expect(parse('--database postgresql')).toMatchObject({ options: { writeRate: 0, database: 'postgresql' } });
  });

  it('lets an automatic switchover lose nothing in sync, and the bound in async', () => {
    const options = (line: string) => parse(line);
    expect(options('--sync-mode async')).toMatchObject({ options: { lossBound: 1_000, maxLossRecords: 1_000 } });
    expect(options('--sync-mode async --loss-bound 50')).toMatchObject({
      options: { lossBound: 50, maxLossRecords: 50 },
    });
    expect(options('--fault late-standby --sync-mode async')).toMatchObject({
      options: { lossBound: 1_000, maxLossRecords: 0 },
    });
    expect(options('--sync-mode async --max-loss 7')).toMatchObject({
      options: { lossBound: 1_000, maxLossRecords: 7 },
    });
    expect(options('--fault unmount --force')).toMatchObject({ options: { force: true, maxLossRecords: 0 } });
  });

  it('takes every option', () => {
    const parsed = parse('--fault zk-down --runs 5 --json --driver node --zookeeper apache:3 --timeout 9');
    expect(parsed).toMatchObject({
      kind: 'run',
      options: {
        fault: 'zk-down',
        runs: 5,
        json: true,
        driver: 'node',
        zookeeper: { kind: 'apache', servers: 3 },
        timeoutMs: 9_000,
      },
    });
  });

  it.each([
    ['apache', { kind: 'apache', servers: 1 }],
    ['zk1:2181', { kind: 'address', connectString: 'zk1:2181' }],
    ['zk1:2181,[::1]:2182', { kind: 'address', connectString: 'zk1:2181,[::1]:2182' }],
  ])('understands --zookeeper %s', (value, zookeeper) => {
    expect(parse(`--zookeeper ${value}`)).toMatchObject({ options: { zookeeper } });
  });

  it.each([
    '--fault unplug',
    '--fault planned',
    '--planned --fault kill-primary',
    '--planned --driver node',
    '--planned --switch-back --dry-run',
    '--switch-back',
    '--dry-run',
    '--driver me',
    '--runs 0',
    '--runs many',
    '--runs 1001',
    '--timeout 0',
    '--session-timeout 10',
    '--zookeeper apache:2',
    '--zookeeper nowhere',
    '--zookeeper host:0',
    '--zookeeper host:70000',
    '--write-rate -1',
    '--write-rate 20001',
    '--fault lose-host --write-rate 0',
    '--sync-mode fast',
    '--loss-bound 5',
    '--sync-mode async --loss-bound many',
    '--max-loss x',
    '--database mysql',
    '--fault database-blocked --database none',
    '--force',
    '--fault unmount --force --driver node',
    '--fault lose-host --sync-mode async --max-loss 5 --driver node',
    '--fault zk-leader',
    '--fault zk-leader --zookeeper apache',
    '--fault zk-leader --zookeeper zk1:2181,zk2:2181,zk3:2181',
    '--unreachable-after 5000',
    '--fault partition-console --unreachable-after 5000',
    '--fault firewall-reject --unreachable-after 0',
    '--fault firewall-reject --unreachable-after soon',
    '--fault firewall-reject --unreachable-after 600001',
    '--fault firewall-reject --unreachable-after 5000 --driver node',
    '--fault firewall-reject --consoles 2 --kill-console-at promote',
    '--fault late-standby --sync-mode async --max-loss 5',
    '--consoles 0',
    '--consoles 4',
    '--kill-console-at promote',
    '--consoles 1 --kill-console-at promote',
    '--consoles 2 --kill-console-at elsewhere',
    '--consoles 2 --kill-console-at drain',
    '--consoles 2 --kill-console-at restart-old',
    '--consoles 2 --kill-console-at promote --driver node',
    '--consoles 2 --kill-console-at promote --fault kill-standby',
    '--planned --dry-run --consoles 2 --kill-console-at lock',
    '--unknown',
    '--fault',
    'kill-primary',
  ])('refuses %s in one line', (line) => {
    const parsed = parse(line);
    expect(parsed.kind).toBe('wrong');
    if (parsed.kind === 'wrong') expect(parsed.line).toMatch(/^drill: [^\n]+ \(--help shows the options\)$/);
  });

  it('helps before it complains', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    for (const said of ['hang-primary', 'late-standby', '--write-rate', '--max-loss']) expect(HELP).toContain(said);
    expect(Math.max(...HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
