import { describe, expect, it } from 'vitest';
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
      },
    });
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
    expect(HELP).toContain('hang-primary');
  });
});
