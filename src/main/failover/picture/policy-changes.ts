import { sameValue } from '#shared/contract';
import {
  ANY_LOSS,
  isTimeoutName,
  type Loosening,
  type Message,
  message,
  type PolicyRecord,
  settingsOf,
} from '#shared/domain';
import { commonCauseMessage } from '../facts/common-cause.ts';
import { isTroubled, type PairFacts } from '../facts/facts.ts';
import { type Told, told } from '../facts/told.ts';

/** What became of the policy, with who did it: every console tells its own journal. Pure. */
export function policyChanges(before: PairFacts, after: PairFacts): Told[] {
  const was = before.coordination.policy.lastGood;
  const is = after.coordination.policy.lastGood;
  return [
    ...modeChange(was, is),
    ...phaseChange(before, after),
    ...maintenanceChange(before, after, is),
    ...commonCauseChange(before, after),
    ...approvalChange(before, after, was, is),
    ...looseningChange(before.loosening, after.loosening, is),
    ...(was && is && was !== is
      ? [...settingsChange(was, is), ...calendarChange(was, is), ...cooldownCleared(was, is), ...attested(was, is)]
      : []),
  ];
}

function modeChange(was: PolicyRecord | null, is: PolicyRecord | null): Told[] {
  return is && was?.mode !== is.mode ? [told('none', message(`failover.event.policy.${is.mode}`))] : [];
}

/** The trading day goes on: another mode may hold from now. */
function phaseChange(before: PairFacts, after: PairFacts): Told[] {
  const { phase, mode } = after.holding;
  if (before.holding.phase === phase) return [];
  return phase === null
    ? [told('none', message('failover.event.phaseOver', { phase: before.holding.phase ?? '–' }))]
    : [told('none', message(`failover.event.phase.${mode}`, { phase }))];
}

function calendarChange(was: PolicyRecord, is: PolicyRecord): Told[] {
  return sameValue(was.calendar, is.calendar) ? [] : [told('none', message('failover.event.calendar', doer(is)))];
}

function maintenanceChange(before: PairFacts, after: PairFacts, record: PolicyRecord | null): Told[] {
  const was = before.maintenance;
  const is = after.maintenance;
  if (is && (was?.untilMs !== is.untilMs || was.reason !== is.reason)) {
    const { operator, reason: why, untilMs: untilAt } = is;
    return [told('none', message('failover.event.maintenance.begun', { operator, why, untilAt }))];
  }
  if (!was || is) return [];
  if (record?.maintenance) return [told('none', message('failover.event.maintenance.expired', { why: was.reason }))];
  return [told('none', message('failover.event.maintenance.ended', { ...doer(record), why: was.reason }))];
}

/** Told by the pairs that it concerns alone: of five hundred that see it, few are in trouble. */
function commonCauseChange(before: PairFacts, after: PairFacts): Told[] {
  if (after.commonCause && isTroubled(after.named) && !(before.commonCause && isTroubled(before.named)))
    return [told('p2', commonCauseMessage(after.commonCause))];
  if (before.commonCause && !after.commonCause && isTroubled(before.named))
    return [told('none', message('failover.event.commonCauseOver'))];
  return [];
}

/** Every console tells its own journal what was asked for, what became of it, and that nothing did. */
function approvalChange(
  before: PairFacts,
  after: PairFacts,
  earlier: PolicyRecord | null,
  record: PolicyRecord | null,
): Told[] {
  const is = record?.approval ?? null;
  const was = earlier?.approval?.id === is?.id ? (earlier?.approval ?? null) : null;
  if (!is) return [];
  const { operator, to, from, acceptedLoss, reason: why } = is;
  const loss = acceptedLoss === ANY_LOSS ? 'any' : 'bound';
  const params = { operator, to, from, why, bound: acceptedLoss };
  const counts = after.approval?.id === is.id;
  const news: Told[] = [];
  if (!was && counts) news.push(told('p2', message(`approval.event.asked.${loss}`, params), to));
  if (is.decision && !sameValue(was?.decision, is.decision) && (counts || was)) {
    const { operator: by, console, approves } = is.decision;
    const key = approves ? 'approval.event.approved' : 'approval.event.rejected';
    news.push(told(approves ? 'p2' : 'none', message(key, { by, console, operator, to }), to));
  }
  if (is.used && was && !was.used)
    news.push(told('none', message('approval.event.used', { by: is.used.operator, console: is.used.console, to }), to));
  const lapsed = before.approval?.id === is.id && !counts && !is.used && is.decision?.approves !== false;
  if (lapsed) news.push(told('none', message('approval.event.expired', { operator, to }), to));
  return news;
}

/** One person has asked for it, and everybody is to see it: another one's word, and one is enough to lose data. */
function looseningChange(was: Loosening | null, is: Loosening | null, record: PolicyRecord | null): Told[] {
  if (is && was?.askedAtMs !== is.askedAtMs) {
    const { operator, console, untilMs: untilAt } = is;
    return [told('p2', message('loosening.event.asked', { operator, console, untilAt }))];
  }
  const isOver = was !== null && is === null && record !== null && record.lossOperators > 1;
  return isOver ? [told('none', message('loosening.event.over', { operator: was.operator }))] : [];
}

function settingsChange(was: PolicyRecord, is: PolicyRecord): Told[] {
  const { mode: _was, timeouts: timeoutsWere, ...limitsWere } = settingsOf(was);
  const { mode: _is, timeouts, ...limits } = settingsOf(is);
  const earlier: Record<string, string | number> = { ...timeoutsWere, ...limitsWere };
  return Object.entries({ ...timeouts, ...limits }).flatMap(([name, value]): Told[] => {
    const from = earlier[name] ?? '?';
    if (from === value) return [];
    // Two have asked for it, and everybody is to see it: from now on one is enough to lose data.
    const isLoosened = name === 'lossOperators' && value < from;
    return [told(isLoosened ? 'p2' : 'none', settingChanged(is, name, from, value))];
  });
}

/** In words: a setting by what the policy's form calls it, a length of time in the unit that fits. */
function settingChanged(record: PolicyRecord, setting: string, from: string | number, to: string | number): Message {
  const said = {
    ...doer(record),
    name: isTimeoutName(setting) ? `screen.timeout.${setting}` : `screen.limit.${setting}`,
  };
  if (setting === 'evidence') return message('failover.event.policyChanged.evidence', { ...said, from, to });
  if (!setting.endsWith('Ms')) return message('failover.event.policyChanged', { ...said, from, to });
  const lengths = { ...said, fromMs: from, toMs: to };
  if (setting !== 'unreachableSwitchMs') return message('failover.event.policyChanged.length', lengths);
  // No length of time: never.
  if (from === 0) return message('failover.event.policyChanged.begun', { ...said, toMs: to });
  if (to === 0) return message('failover.event.policyChanged.ended', { ...said, fromMs: from });
  return message('failover.event.policyChanged.length', lengths);
}

function cooldownCleared(was: PolicyRecord, is: PolicyRecord): Told[] {
  const cleared = is.cooldownCleared?.operationId;
  if (cleared === undefined || cleared === was.cooldownCleared?.operationId) return [];
  return [told('none', message('failover.event.cooldownCleared', doer(is)))];
}

/** An operator's word that an instance is off, on which a promotion may rest: of note whoever reads the journal. */
function attested(was: PolicyRecord, { attested: is, changed }: PolicyRecord): Told[] {
  if (!is || sameValue(was.attested, is)) return [];
  const { instance, incarnation, epoch, operator } = is;
  const params = { instance, incarnation, epoch, operator, console: changed?.console ?? '–' };
  return [told('p2', message('failover.event.attested', params))];
}

function doer(record: PolicyRecord | null): { operator: string; console: string } {
  return { operator: record?.changed?.operator ?? '–', console: record?.changed?.console ?? '–' };
}
