import { describe, expect, it } from 'vitest';
import { message } from '#shared/domain';
import { FAULTS } from '../../../src/main/drill/report.ts';
import { judge, type RunFacts, SCENARIOS } from '../../../src/main/drill/scenarios.ts';

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
const keys = (fault: (typeof FAULTS)[number], facts: RunFacts) =>
  judge(fault, facts).map(({ key }) => key.replace('practice.drill.', ''));

describe('what must happen', () => {
  it('is stated for every fault', () => {
    for (const fault of FAULTS) expect(SCENARIOS[fault].expectation.key).toMatch(/^practice\.drill\.expect/);
  });

  it.each(['kill-primary', 'hang-primary', 'stop-primary'] as const)('%s: the standby takes over', (fault) => {
    expect(judge(fault, switched)).toEqual([]);
    expect(keys(fault, stayed)).toEqual(['wrongPrimary', 'wrongEpoch', 'servedByOther']);
  });

  it.each(['kill-standby', 'zk-down'] as const)('%s: nothing switches', (fault) => {
    expect(judge(fault, stayed)).toEqual([]);
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
});
