import { message } from '#shared/domain';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { said } from '../facts/ledger.ts';
import { type Told, told } from '../facts/told.ts';
import { dataChanges } from './data-changes.ts';
import type { Picture } from './picture.ts';
import { policyChanges } from './policy-changes.ts';

/** What a console knows of the pair, and makes of it. */
export interface Shown {
  facts: PairFacts;
  picture: Picture;
}

/** What is worth a line in the journal between two states of the machine. Pure. */
export function changesToTell(before: Shown, after: Shown): Told[] {
  const ofData = dataChanges(before.facts, after.facts);
  return [
    ...instanceChanges(before.facts, after.facts),
    ...ofData,
    ...routeChanges(before.facts, after.facts),
    ...consoleChanges(before.facts, after.facts),
    ...policyChanges(before.facts, after.facts),
    ...stateChange(before, after, ofData),
  ];
}

/** The reason is left out where it is what an instance has just said of its data. */
function stateChange(before: Shown, after: Shown, ofData: readonly Told[]): Told[] {
  if (before.picture.state === after.picture.state) return [];
  const { state, severity, reason } = after.picture;
  const line = told(severity === 'no-data' ? 'none' : severity, message(`failover.event.state.${state}`));
  const known = ofData.some((one) => 'reason' in reason.params && one.message.params.reason === reason.params.reason);
  return known ? [line] : [line, told('none', reason)];
}

/** Whether an instance says, and is, what it said and was: beats and ages alone may be others. */
function isSaidBefore(was: InstanceFacts | undefined, is: InstanceFacts): boolean {
  if (was === undefined || was.assessment.verdict !== is.assessment.verdict) return false;
  const [before, after] = [was.ledger, is.ledger];
  return (
    before === after ||
    (before.registered === after.registered &&
      before.lastRegistration === after.lastRegistration &&
      before.registrationProblem === after.registrationProblem &&
      before.info === after.info)
  );
}

function instanceChanges(before: PairFacts, after: PairFacts): Told[] {
  return after.instances.flatMap((one, index) => {
    const earlier = before.instances[index];
    if (isSaidBefore(earlier, one)) return [];
    const { ledger, assessment } = one;
    const instance = ledger.name;
    const changes: Told[] = [];
    if (earlier && earlier.assessment.verdict !== assessment.verdict)
      changes.push(told('none', message(`failover.event.verdict.${assessment.verdict}`, { instance }), instance));
    const was = earlier ? said(earlier.ledger) : null;
    const is = said(ledger);
    if (was && is.role !== null && was.role !== is.role)
      changes.push(told('none', message(`failover.event.role.${is.role}`, { instance }), instance));
    if (was && is.status !== null && was.status !== is.status)
      changes.push(told('none', message('failover.event.status', { instance, status: is.status }), instance));
    if (earlier && earlier.ledger.registered !== ledger.registered) {
      const key = ledger.registered ? 'failover.event.registered' : 'failover.event.unregistered';
      changes.push(told('none', message(key, { instance }), instance));
    }
    if (ledger.registrationProblem && earlier?.ledger.registrationProblem?.key !== ledger.registrationProblem.key)
      changes.push(told('p2', ledger.registrationProblem, instance));
    return changes;
  });
}

function routeChanges(before: PairFacts, after: PairFacts): Told[] {
  const { route } = after;
  const was = before.route;
  if (!route) {
    const { problem } = after.coordination.route;
    if (problem && before.coordination.route.problem?.key !== problem.key) return [told('p2', problem)];
    return was && after.sight.settled ? [told('p1', message('failover.event.routeGone'))] : [];
  }
  if (was && was.epoch === route.epoch && was.state === route.state && was.instance === route.instance) return [];
  const { instance, epoch } = route;
  return [told('none', message(`failover.event.route.${route.state}`, { instance, epoch }), instance)];
}

function consoleChanges(before: PairFacts, after: PairFacts): Told[] {
  const changes: Told[] = [];
  const session = after.coordination.session.state;
  if (before.coordination.session.state !== session)
    changes.push(told(session === 'connected' ? 'none' : 'p2', message(`failover.event.zookeeper.${session}`)));
  if (after.broken && before.broken?.said.key !== after.broken.said.key) changes.push(told('p1', after.broken.said));
  if (before.broken && !after.broken) changes.push(told('none', message('invariant.over')));
  if (!before.tilt && after.tilt) changes.push(told('p3', after.tilt.reason));
  if (before.tilt && !after.tilt) changes.push(told('none', message('failover.event.tiltOver')));
  const lock = after.coordination.lock.holder;
  if (before.coordination.lock.holder !== lock)
    changes.push(told('none', message(`failover.event.lock.${lock}`, { name: after.coordination.lock.name ?? '?' })));
  return changes;
}
