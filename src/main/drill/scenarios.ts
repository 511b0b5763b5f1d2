import type { DrillOptions } from './arguments.ts';
import { blockDatabase, killBoth, loseHost, startLate, unmount } from './data-scripts.ts';
import type { Expected } from './judge.ts';
import { killZooKeeperLeader, partitionConsole, rejectAtPrimary, rejectUntilSwitched } from './network-scripts.ts';
import { switchOver } from './planned-script.ts';
import type { Fault } from './report.ts';
import { breakPrimary, hangPrimary, killStandby, type Script, takeZooKeeperAway } from './scripts.ts';

export interface Scenario {
  /** Who serves in the end. */
  expects: Expected;
  /** Breaks what it is to break, waits for what must come of it, and mends what nobody else would. */
  script: Script;
  /** The catalogue's sentence on what must happen. */
  expectation: string;
}

export const SCENARIOS: Record<Fault, Scenario> = {
  planned: { expects: 'switch', script: switchOver, expectation: 'practice.drill.expectPlanned' },
  'kill-primary': { expects: 'switch', script: breakPrimary('kill'), expectation: 'practice.drill.expectSwitch' },
  'hang-primary': { expects: 'switch', script: hangPrimary, expectation: 'practice.drill.expectHang' },
  'stop-primary': { expects: 'switch', script: breakPrimary('stop'), expectation: 'practice.drill.expectSwitch' },
  'kill-standby': { expects: 'stay', script: killStandby, expectation: 'practice.drill.expectStay' },
  'zk-down': { expects: 'stay', script: takeZooKeeperAway, expectation: 'practice.drill.expectZooKeeperDown' },
  'partition-console': {
    expects: 'stay',
    script: partitionConsole,
    expectation: 'practice.drill.expectPartition',
  },
  'zk-leader': { expects: 'stay', script: killZooKeeperLeader, expectation: 'practice.drill.expectZooKeeperLeader' },
  'firewall-reject': { expects: 'endure', script: rejectAtPrimary, expectation: 'practice.drill.expectFirewall' },
  'kill-both': { expects: 'return', script: killBoth, expectation: 'practice.drill.expectKillBoth' },
  'lose-host': { expects: 'as-loss-allows', script: loseHost, expectation: 'practice.drill.expectLoseHost' },
  unmount: { expects: 'as-loss-allows', script: unmount, expectation: 'practice.drill.expectUnmount' },
  'late-standby': { expects: 'return', script: startLate, expectation: 'practice.drill.expectLateStandby' },
  'database-blocked': { expects: 'stay', script: blockDatabase, expectation: 'practice.drill.expectDatabaseBlocked' },
};

const ORDERLY: Scenario = {
  expects: 'switch',
  script: rejectUntilSwitched,
  expectation: 'practice.drill.expectFirewallSwitch',
};

/** What is done and must happen. */
export function scenarioOf({
  fault,
  unreachableSwitchMs,
}: Pick<DrillOptions, 'fault' | 'unreachableSwitchMs'>): Scenario {
  return fault === 'firewall-reject' && unreachableSwitchMs > 0 ? ORDERLY : SCENARIOS[fault];
}

/** Which sentences say what must happen: the fault's, and where the drill writes, what must become of the writes. */
export function expectationKeys(options: DrillOptions): string[] {
  const { force, writeRate, dryRun, killConsoleAt } = options;
  if (dryRun) return ['practice.drill.expectDryRun'];
  const { expects, expectation } = scenarioOf(options);
  const first = force ? 'practice.drill.expectUnmountForce' : expectation;
  const keys = killConsoleAt === null ? [first] : [first, 'practice.drill.expectConsoleKilled'];
  if (writeRate === 0 || expects === 'as-loss-allows') return keys;
  return [...keys, 'practice.drill.expectWrites'];
}
