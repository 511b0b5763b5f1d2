import { describe, expect, it } from 'vitest';
import { message } from '#shared/domain';
import { CATALOGUES } from '#shared/i18n';
import { parseDrillArguments } from '../../../src/main/drill/arguments.ts';
import { judge, type RunFacts } from '../../../src/main/drill/judge.ts';
import { FAULTS } from '../../../src/main/drill/report.ts';
import { expectationKeys, SCENARIOS, scenarioOf } from '../../../src/main/drill/scenarios.ts';
import type { Tally } from '../../../src/main/drill/tally.ts';

const switched: RunFacts = {
  primaryBefore: 'A',
  standbyBefore: 'B',
  epochBefore: 4,
  primaryAfter: 'B',
  epochAfter: 5,
  routeOpen: true,
  outage: { outageMs: 120, outageErrorMs: 6 },
  servedBy: 'B',
  zombieServed: 0,
  switchovers: 1,
  writes: null,
  drained: true,
  promotion: null,
  maxLossRecords: 0,
  problems: [],
};
const stayed: RunFacts = {
  ...switched,
  primaryAfter: 'A',
  epochAfter: 4,
  outage: { outageMs: 0, outageErrorMs: 0 },
  servedBy: 'A',
  switchovers: 0,
};
const returned: RunFacts = { ...stayed, epochAfter: 5, outage: { outageMs: 900, outageErrorMs: 6 } };
const written: Tally = {
  ...{ acked: 10, present: 10, lost: 0, duplicated: 0, unknown: 2, rejected: 3, rejectedPresent: 0 },
  database: { rows: 11, missing: 0, duplicated: 0, surplus: 0 },
};
const keys = (fault: (typeof FAULTS)[number], facts: RunFacts) =>
  judge(SCENARIOS[fault].expects, facts).map(({ key }) => key.replace('practice.drill.', ''));

describe('what must happen', () => {
  it('is stated for every fault', () => {
    const more = [
      'unmount --force',
      'kill-primary --write-rate 5',
      'kill-primary --consoles 2 --kill-console-at load',
      'firewall-reject --unreachable-after 9000',
      'zk-leader --zookeeper apache:3',
    ];
    for (const line of [...FAULTS.filter((fault) => fault !== 'zk-leader'), ...more]) {
      const parsed = parseDrillArguments(`--fault ${line}`.split(' '));
      if (parsed.kind !== 'run') throw new Error(line);
      for (const key of expectationKeys(parsed.options))
        for (const catalogue of Object.values(CATALOGUES)) expect(catalogue[key], key).toBeDefined();
    }
  });

  it.each(['kill-primary', 'hang-primary', 'stop-primary'] as const)('%s: the standby takes over', (fault) => {
    expect(keys(fault, switched)).toEqual([]);
    expect(keys(fault, stayed)).toEqual(['wrongPrimary', 'wrongEpoch', 'servedByOther']);
  });

  it.each(['kill-standby', 'zk-down', 'zk-leader', 'partition-console'] as const)('%s: nothing switches', (fault) => {
    expect(keys(fault, stayed)).toEqual([]);
    expect(keys(fault, switched)).toEqual(['wrongPrimary', 'wrongEpoch', 'switched', 'outage', 'servedByOther']);
  });

  it.each([
    [{ epochAfter: 6 }, ['wrongEpoch']],
    [{ routeOpen: false }, ['routeClosed']],
    [{ zombieServed: 1 }, ['zombie']],
    [{ outage: 'open' as const }, ['notServed']],
    [{ servedBy: undefined }, ['servedByOther']],
    [{ epochAfter: null }, ['noRoute']],
    [{ problems: [message('practice.drill.noSwitch', { seconds: 1 })] }, ['noSwitch']],
  ])('fails a switch that ends with %j', (wrong, expected) => {
    expect(keys('kill-primary', { ...switched, ...wrong })).toEqual(expected);
  });

  it('fails a run without a switch in which one was begun, or clients saw an outage', () => {
    expect(keys('zk-down', { ...stayed, switchovers: 1 })).toEqual(['switched']);
    expect(keys('kill-standby', { ...stayed, outage: { outageMs: 3, outageErrorMs: 1 } })).toEqual(['outage']);
  });

  it('firewall-reject: clients may see an outage, and nothing else changes; by the policy the standby takes over', () => {
    const endured: RunFacts = { ...stayed, outage: { outageMs: 9_000, outageErrorMs: 6 } };
    expect(keys('firewall-reject', endured)).toEqual([]);
    expect(keys('firewall-reject', { ...endured, switchovers: 1 })).toEqual(['switched']);
    expect(keys('firewall-reject', switched)).toEqual(['wrongPrimary', 'wrongEpoch', 'switched', 'servedByOther']);
    expect(scenarioOf({ fault: 'firewall-reject', unreachableSwitchMs: 0 }).expects).toBe('endure');
    expect(scenarioOf({ fault: 'firewall-reject', unreachableSwitchMs: 1 }).expects).toBe('switch');
  });

  it.each(['kill-both', 'late-standby'] as const)('%s: the old primary serves again, one epoch later', (fault) => {
    expect(keys(fault, returned)).toEqual([]);
    expect(keys(fault, stayed)).toEqual(['wrongEpoch']);
    expect(keys(fault, switched)).toEqual(['wrongPrimary', 'switched', 'servedByOther']);
  });

  it('zk-down and database-blocked leave everything as it is', () => {
    expect(keys('database-blocked', { ...stayed, writes: written })).toEqual([]);
    expect(keys('database-blocked', { ...stayed, writes: written, drained: false })).toEqual(['notDrained']);
  });

  it.each([
    [{ acked: 0, present: 0 }, ['nothingWritten']],
    [{ lost: 1, present: 9 }, ['lost']],
    [{ duplicated: 1 }, ['duplicated']],
    [{ rejectedPresent: 1 }, ['rejectedPresent']],
    [{ database: { rows: 10, missing: 1, duplicated: 0, surplus: 0 } }, ['rowsMissing']],
    [{ database: { rows: 11, missing: 0, duplicated: 1, surplus: 0 } }, ['rowsDoubled']],
    [{ database: { rows: 12, missing: 0, duplicated: 0, surplus: 1 } }, ['rowsSurplus']],
    [{ unknown: 5_000, rejected: 5_000 }, []],
  ])('fails a switch with writes of which %j', (wrong, expected) => {
    expect(keys('kill-primary', { ...switched, writes: { ...written, ...wrong } })).toEqual(expected);
  });
});

describe('where acknowledged writes may be missing', () => {
  const lossOf = (lost: number) => ({ ...written, present: 10 - lost, lost });
  const taken = { refused: false, forced: false, lossBound: 5 };
  const refused = { refused: true, forced: false, lossBound: 5 };
  const forced = { refused: true, forced: true, lossBound: 5 };

  it('takes a switch within what may be lost', () => {
    const within: RunFacts = { ...switched, promotion: taken, maxLossRecords: 5 };
    expect(keys('lose-host', { ...within, writes: lossOf(5) })).toEqual([]);
    expect(keys('lose-host', { ...within, writes: lossOf(6) })).toEqual(['lost']);
    expect(keys('lose-host', { ...within, maxLossRecords: 0, writes: lossOf(1) })).toEqual(['lost']);
    // What was said to be missing at most is held against it, whatever else would have been allowed.
    expect(keys('lose-host', { ...within, maxLossRecords: 9, writes: lossOf(6) })).toEqual(['lost']);
  });

  it('takes a refusal that says what could be lost, where that is too much, and then nothing is lost', () => {
    const stays: RunFacts = { ...returned, promotion: refused, writes: written, maxLossRecords: 4 };
    expect(keys('unmount', stays)).toEqual([]);
    expect(keys('unmount', { ...stays, maxLossRecords: 5 })).toEqual(['refusedThough']);
    expect(keys('unmount', { ...stays, promotion: { ...refused, lossBound: null } })).toEqual(['boundNotSaid']);
    expect(keys('unmount', { ...stays, writes: lossOf(1) })).toEqual(['lost']);
    expect(keys('unmount', { ...switched, promotion: refused, writes: written })).toEqual([
      ...['wrongPrimary', 'switched', 'servedByOther'],
    ]);
    expect(keys('unmount', { ...stays, promotion: null })).toContain('notDecided');
  });

  it('takes what an operator accepted, and no more', () => {
    expect(keys('unmount', { ...switched, promotion: forced, writes: lossOf(5) })).toEqual([]);
    expect(keys('unmount', { ...switched, promotion: forced, writes: lossOf(6) })).toEqual(['lost']);
    // Refused by the node itself, and then forced: two switchovers.
    const twice: RunFacts = { ...switched, epochAfter: 6, promotion: forced, writes: lossOf(5) };
    expect(keys('lose-host', { ...twice, switchovers: 2 })).toEqual([]);
    expect(keys('lose-host', { ...twice, switchovers: 1 })).toEqual(['wrongEpoch']);
    expect(keys('unmount', { ...switched, promotion: forced, writes: { ...lossOf(5), duplicated: 1 } })).toEqual([
      'duplicated',
    ]);
  });
});
