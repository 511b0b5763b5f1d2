import { sameValue } from '#shared/contract';
import type { DataStatus } from '#shared/domain';
import { isOver, isStopped, isWell, type Known } from './calm.ts';
import { assess } from './facts/evidence.ts';
import type { InstanceFacts, PairFacts } from './facts/facts.ts';
import type { DataFact, HostFact, InfoFact, InstanceLedger, NetworkLedger, Now } from './facts/ledger.ts';

type Ledgers = readonly [InstanceLedger, InstanceLedger];

/**
 * The facts of a pair in good order, or of one that does not run, after an answer that says what the last one said: only
 * figures are others, and what is known is younger. Nothing that is decided or told by them is another then, and a tick
 * looks at everything within two seconds. Undefined: there is news, or neither is the case. Pure.
 */
export function factsWithoutNews(before: Known, ledgers: Ledgers, now: Now): PairFacts | undefined {
  const { facts, picture } = before;
  if (picture.state === 'degraded' || now.zookeeperLive !== facts.now.zookeeperLive) return undefined;
  if (!isWell(before) && !isStopped(before)) return undefined;
  if (isOver(facts, now) || ledgers.every(({ network }) => network.okSinceMs !== null)) return undefined;
  if (!facts.instances.every(({ ledger }, index) => saysTheSame(ledger, ledgers[index]))) return undefined;
  const [a, b] = facts.instances;
  const instances = [
    lookedAt(facts, { ...a, ledger: ledgers[0] }, ledgers[1], now),
    lookedAt(facts, { ...b, ledger: ledgers[1] }, ledgers[0], now),
  ] as const;
  if (!isJudgedTheSame(instances[0], a) || !isJudgedTheSame(instances[1], b)) return undefined;
  const again = (one: InstanceFacts | undefined) => one && instances[one === a ? 0 : 1];
  const sharedMs = now.sharedWallMs ?? now.wallMs;
  return { ...facts, now, sharedMs, instances, named: again(facts.named), other: again(facts.other) };
}

function lookedAt(facts: PairFacts, instance: InstanceFacts, peer: InstanceLedger, now: Now): InstanceFacts {
  const { sight, timeouts, beatIntervalMs } = facts;
  return { ...instance, assessment: assess(instance.ledger, peer, sight, { timeouts, beatIntervalMs }, now) };
}

function isJudgedTheSame({ assessment: is }: InstanceFacts, { assessment: was }: InstanceFacts): boolean {
  return is.verdict === was.verdict && is.peerReaches === was.peerReaches && is.servesOnPromise === was.servesOnPromise;
}

function saysTheSame(was: InstanceLedger, is: InstanceLedger | undefined): boolean {
  if (is === was) return true;
  if (is === undefined || is.lastRegistration !== was.lastRegistration || is.registered !== was.registered)
    return false;
  if (is.registrationProblem !== was.registrationProblem || is.reach !== was.reach) return false;
  return (
    sameAnswers(was.network, is.network) &&
    sameHost(was.host, is.host) &&
    sameInfo(was.info, is.info) &&
    sameData(was.data, is.data)
  );
}

function sameAnswers(was: NetworkLedger, is: NetworkLedger): boolean {
  if (is === was) return true;
  if (is.failingSinceMs !== was.failingSinceMs) return false;
  if (is.failingSinceMs !== null) return is.lastFailure?.class === was.lastFailure?.class;
  if (is.okSinceMs !== was.okSinceMs || !was.lastAnswer) return false;
  return (
    is.lastAnswer?.class === was.lastAnswer.class &&
    is.lastAnswer.errorNumber === was.lastAnswer.errorNumber &&
    is.lastOk?.epoch === was.lastOk?.epoch
  );
}

function sameHost(was: HostFact | null, is: HostFact | null): boolean {
  if (is === was) return true;
  return is?.says === was?.says && is?.frozen === was?.frozen && is?.incarnation === was?.incarnation;
}

/** What it says of the other instance is judged with everything else that is known of that one. */
function sameInfo(was: InfoFact | null, is: InfoFact | null): boolean {
  if (is === was) return true;
  if (is === null || was === null) return false;
  return (
    is.incarnation === was.incarnation &&
    is.role === was.role &&
    is.status === was.status &&
    is.epoch === was.epoch &&
    is.svrMode === was.svrMode &&
    is.selfFence === was.selfFence &&
    is.onPromise === was.onPromise &&
    is.note === was.note &&
    sameValue(is.phases, was.phases)
  );
}

function sameData(was: DataFact | null, is: DataFact | null): boolean {
  if (is === was) return true;
  if (is === null || is.incarnation !== was?.incarnation) return false;
  return sameStates(is.status, was.status);
}

/** What is left of the data beside them are states and what a loss is bounded by. */
const FIGURES: ReadonlySet<string> = new Set<keyof DataStatus>([
  'lsn',
  'acknowledgedLsn',
  'confirmedLsn',
  'lag',
  'orders',
  'sums',
]);

function sameStates(is: DataStatus, was: DataStatus): boolean {
  if (is === was) return true;
  const states = statesOf(is);
  return states.length === statesOf(was).length && states.every((name) => sameValue(is[name], was[name]));
}

function statesOf(status: DataStatus): (keyof DataStatus)[] {
  return (Object.keys(status) as (keyof DataStatus)[]).filter((name) => !FIGURES.has(name));
}
