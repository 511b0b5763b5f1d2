import type { PracticeFault } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import type { MeasuredOutage } from './beats.ts';
import type { Fault } from './report.ts';

export interface Scenario {
  /** Whom the fault befalls. */
  target: 'primary' | 'standby' | 'zookeeper';
  practiceFault: PracticeFault | null;
  /** Whether the standby must take over. */
  switches: boolean;
  /** Whether the old primary comes back to life and is watched. */
  resumes: boolean;
  /** What must happen. */
  expectation: Message;
}

export const SCENARIOS: Record<Fault, Scenario> = {
  'kill-primary': switching('kill'),
  'hang-primary': { ...switching('hang'), resumes: true, expectation: message('practice.drill.expectHang') },
  'stop-primary': switching('stop'),
  'kill-standby': {
    target: 'standby',
    practiceFault: 'kill',
    switches: false,
    resumes: false,
    expectation: message('practice.drill.expectStay'),
  },
  'zk-down': {
    target: 'zookeeper',
    practiceFault: null,
    switches: false,
    resumes: false,
    expectation: message('practice.drill.expectZooKeeperDown'),
  },
};

function switching(practiceFault: PracticeFault): Scenario {
  return {
    target: 'primary',
    practiceFault,
    switches: true,
    resumes: false,
    expectation: message('practice.drill.expectSwitch'),
  };
}

/** What was found in a run. */
export interface RunFacts {
  primaryBefore: string;
  standbyBefore: string;
  epochBefore: number;
  /** The route's primary and epoch in the end; null where the route could not be read. */
  primaryAfter: string | null;
  epochAfter: number | null;
  routeOpen: boolean;
  outage: MeasuredOutage | 'open';
  /** Who gave the client's last reply, if it was good. */
  servedBy: string | undefined;
  zombieServed: number;
  /** How many switchovers were begun or recorded. */
  switchovers: number;
  /** What was waited for in vain, and whatever else went wrong on the way. */
  problems: Message[];
}

/** What did not happen as it must; empty: the run is ok. */
export function judge(fault: Fault, facts: RunFacts): Message[] {
  const failures = [...facts.problems];
  if (facts.epochAfter === null || facts.primaryAfter === null) failures.push(message('practice.drill.noRoute'));
  else failures.push(...(SCENARIOS[fault].switches ? judgeSwitch(facts) : judgeStay(facts)));
  if (facts.outage === 'open') failures.push(message('practice.drill.notServed'));
  if (facts.zombieServed > 0)
    failures.push(message('practice.drill.zombie', { instance: facts.primaryBefore, count: facts.zombieServed }));
  return failures;
}

function judgeSwitch(facts: RunFacts): Message[] {
  const failures: Message[] = [];
  const { primaryAfter, standbyBefore, epochBefore, epochAfter } = facts;
  if (primaryAfter !== standbyBefore)
    failures.push(message('practice.drill.wrongPrimary', { expected: standbyBefore, found: primaryAfter ?? '–' }));
  if (epochAfter !== epochBefore + 1)
    failures.push(message('practice.drill.wrongEpoch', { expected: epochBefore + 1, found: epochAfter ?? '–' }));
  if (!facts.routeOpen) failures.push(message('practice.drill.routeClosed'));
  if (facts.servedBy !== standbyBefore)
    failures.push(message('practice.drill.servedByOther', { expected: standbyBefore, found: facts.servedBy ?? '–' }));
  return failures;
}

function judgeStay(facts: RunFacts): Message[] {
  const failures: Message[] = [];
  const { primaryAfter, primaryBefore, epochBefore, epochAfter } = facts;
  if (primaryAfter !== primaryBefore)
    failures.push(message('practice.drill.wrongPrimary', { expected: primaryBefore, found: primaryAfter ?? '–' }));
  if (epochAfter !== epochBefore)
    failures.push(message('practice.drill.wrongEpoch', { expected: epochBefore, found: epochAfter ?? '–' }));
  if (!facts.routeOpen) failures.push(message('practice.drill.routeClosed'));
  if (facts.switchovers > 0) failures.push(message('practice.drill.switched', { count: facts.switchovers }));
  if (facts.outage !== 'open' && facts.outage.outageMs > 0)
    failures.push(message('practice.drill.outage', { outageMs: facts.outage.outageMs }));
  if (facts.servedBy !== primaryBefore)
    failures.push(message('practice.drill.servedByOther', { expected: primaryBefore, found: facts.servedBy ?? '–' }));
  return failures;
}
