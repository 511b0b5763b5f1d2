import { sleep } from '#core/clock';
import type { CallOutcome } from '#main/nodes';
import {
  ANY_LOSS,
  FUNCTIONS,
  InvariantBroken,
  message,
  type StepName,
  type SwitchoverRecord,
  switchoverData,
} from '#shared/domain';
import type { SystemInfoReply } from '#shared/protocol';
import { factsOf, type InstanceFacts } from '../facts/facts.ts';
import { acknowledgedBy } from '../facts/ledger.ts';
import { lossAgainst, lossOutlook, outlookOf } from '../facts/loss.ts';
import { takeDownOpened, wasLeftOpened } from './opened.ts';
import { drain, letItStepDown, lsnSteppedDownWith, missingOfOld, restartOld } from './planned-steps.ts';
import {
  infoOf,
  type Judgement,
  judgeBeat,
  judgeComplete,
  judgeInfo,
  judgeLoad,
  judgePromote,
  judgeTaken,
  pollDelayMs,
  stepOf,
} from './procedure.ts';
import { proveOldOut } from './prove-old-out.ts';
import type { SwitchoverRun } from './run.ts';
import { ASK_AGAIN_MS, failed, guard, isClosed, oldOf, recordStands, timeouts, waitUntil } from './step-tools.ts';
import { type OldWord, verification, wordOfOld } from './verification.ts';

/** A question while it loads is answered when that is over, or then: it shows how far it is. */
const LOAD_WAIT_MS = 200;
/** How often the progress of a load is told, at most. */
const LOAD_NOTE_MS = 250;

/** What was learnt on the way and later steps need. */
interface Learnt {
  incarnation: string;
  epoch: number;
  /** What the old primary stepped down with, where it said so. */
  steppedDownLsn: number | null;
  /** What is known of what it held. */
  old: OldWord;
}

/** The procedure, step by step. Throws {@link StepFailure}. */
export async function runSteps(run: SwitchoverRun): Promise<void> {
  if (wasLeftOpened(run)) await takeUpOpened(run);
  else await untilOpen(run);
  await report(run);
  if (run.planned) await restartOld(run);
}

async function untilOpen(run: SwitchoverRun): Promise<void> {
  detect(run);
  const incarnation = await lock(run);
  if (run.planned) await drain(run);
  const epoch = await closeRoute(run, incarnation);
  await proveOldOut(run, epoch);
  const old = wordOfOld(run.ports.facts(), run.record, epoch);
  const learnt: Learnt = { incarnation, epoch, old, steppedDownLsn: lsnSteppedDownWith(run, epoch, old) };
  await promote(run, learnt);
  await load(run, learnt);
  await complete(run, learnt);
  await verify(run, learnt);
  await openRoute(run, learnt);
}

/** What was verified before the route was opened is in the record, or it is asked about now: nothing of it undoes anything. */
async function takeUpOpened(run: SwitchoverRun): Promise<void> {
  takeDownOpened(run);
  const { verified, epochAfter, epochBefore, from, to } = run.record;
  if (verified !== undefined) return;
  const epoch = epochAfter ?? epochBefore + 1;
  const old = wordOfOld(run.ports.facts(), run.record, epoch);
  const said = infoOf(await ask(run, FUNCTIONS.systemInfo, sumsQuestion(old), timeouts(run).questionMs));
  if (!said) return;
  const { items } = verification({ from: from ?? '?', to }, old, said);
  run.change({ verified: items, ...dataOf(run, said, epoch) });
}

/** The time from the first sign to the decision has passed already: the record only takes it down. */
function detect(run: SwitchoverRun): void {
  if (run.resumed) return;
  run.end('detect', 'ok', run.reason, run.ports.clock.monotonicMs() - run.firstSignMonotonicMs);
}

/**
 * The lock is queued for in advance; here it is only looked at. After a trouble of ZooKeeper's own the target may be
 * about to register again, which is waited for. Returns the incarnation that is to be promoted.
 */
async function lock(run: SwitchoverRun): Promise<string> {
  run.begin('lock');
  oldOf(run, 'lock');
  const deadlineMs = run.ports.clock.monotonicMs() + timeouts(run).lockMs;
  const leftMs = () => Math.max(0, deadlineMs - run.ports.clock.monotonicMs());
  const { to } = run.record;
  const target = () => factsOf(run.ports.facts(), to)?.ledger;
  const held = await waitUntil(run, leftMs(), () => run.ports.mayAct());
  const token = run.ports.token();
  if (!held || token === null) throw failed(run, 'lock', message('failover.lockNotHeld'), !isClosed(run));
  await waitUntil(run, leftMs(), () => target()?.registered === true);
  if (!isClosed(run)) await askBeforeClosing(run, deadlineMs);
  const ledger = target();
  if (!ledger?.registered || !ledger.lastRegistration)
    throw failed(run, 'lock', message('failover.targetNotRegistered', { instance: to }));
  const { incarnation, process } = ledger.lastRegistration;
  // The route that is closed already names the process that it was closed for.
  run.change({ token, ...(isClosed(run) ? {} : { target: { incarnation, process } }) });
  run.end('lock', 'ok', null);
  return incarnation;
}

/** The last look before anything is touched: what the node would refuse for its loss costs no outage here. */
async function askBeforeClosing(run: SwitchoverRun, deadlineMs: number): Promise<void> {
  const { to, acceptedLoss = 0 } = run.record;
  const info = await askTarget(run, deadlineMs);
  const facts = run.ports.facts();
  const target = factsOf(facts, to);
  const outlook = info?.data ? outlookOf(info.data) : target && lossOutlook(facts, target);
  const tooMuch = outlook && lossAgainst(outlook, to, acceptedLoss);
  if (tooMuch) throw failed(run, 'lock', tooMuch);
}

/**
 * Where the old process is not known to be dead it may serve without ZooKeeper on the standby's promise: a promotion
 * would be refused, and a route closed for it would be an outage made here. A promise runs out, and a lost reply is not
 * the last one: both are asked about until the step's time is over. One that does not follow may miss more by now than
 * it said last. Returns what the target said; null: it was not asked.
 */
async function askTarget(run: SwitchoverRun, deadlineMs: number): Promise<SystemInfoReply | null> {
  const { from, to, trigger } = run.record;
  const { clock, stopping } = run.ports;
  const oldOne = () => (from === null ? undefined : factsOf(run.ports.facts(), from));
  // One that another console has left is looked at as if it were begun now: an old primary that serves is back.
  const leftOpen = run.resumed && run.ports.facts().route?.state === 'open';
  const wasAlive = !leftOpen && oldOne()?.assessment.verdict === 'alive';
  for (;;) {
    const old = oldOne();
    const oldAlive = old?.assessment.verdict === 'alive';
    // It came back while this was waiting: what an automatic switchover rested on is not so any more.
    if (oldAlive && !wasAlive && trigger === 'automatic')
      throw failed(run, 'lock', message('failover.oldIsBack', { instance: old.ledger.name }));
    const dead = isDead(run, old);
    if (dead && !mayMiss(run)) return null;
    const info = infoOf(await run.ports.call(to, FUNCTIONS.systemInfo, {}, timeouts(run).questionMs));
    if (info?.svr_mode === 1) throw failed(run, 'lock', message('failover.verify.singleMode', { instance: to }));
    if (info && (info.promise_left_ms === 0 || oldAlive || dead)) return info;
    if (stopping.aborted || clock.monotonicMs() >= deadlineMs)
      throw failed(run, 'lock', message(info ? 'failover.promiseInForce' : 'failover.call.noInfo', { instance: to }));
    await sleep(clock, ASK_AGAIN_MS, stopping);
  }
}

/** Whether the target said last that it would not have everything. */
function mayMiss({ ports, record }: SwitchoverRun): boolean {
  const target = factsOf(ports.facts(), record.to);
  const kind = target && lossOutlook(ports.facts(), target).kind;
  return kind === 'bounded' || kind === 'unknown';
}

function isDead(run: SwitchoverRun, old: InstanceFacts | undefined): boolean {
  const host = old?.ledger.host;
  return host?.says === 'gone' && host.incarnation === run.record.fromIncarnation;
}

async function closeRoute(run: SwitchoverRun, incarnation: string): Promise<number> {
  const { operationId, to, epochBefore: expectedEpoch } = run.record;
  run.begin('close-route');
  const { driver } = run.ports.facts();
  // It took its time to drain: a route closed for a process that is gone by now would be an outage made here.
  const now = factsOf(run.ports.facts(), to)?.ledger.lastRegistration?.incarnation;
  if (now !== undefined && now !== incarnation)
    throw failed(run, 'close-route', message('failover.targetRestarted', { instance: to }), !isClosed(run));
  const timeoutMs = timeouts(run).closeRouteMs;
  // Whoever finds the route closed has to find what for: a console that dies here must not leave it so for good.
  if (!(await recordStands(run, timeoutMs))) throw failed(run, 'close-route', message('failover.recordNotWritten'));
  const change = await run.ports.closeRoute({ operationId, to, incarnation, driver, expectedEpoch, timeoutMs });
  if (change.outcome !== 'changed') throw failed(run, 'close-route', change.reason, change.outcome === 'refused');
  if (change.route.incarnation !== incarnation)
    throw failed(run, 'close-route', message('failover.targetRestarted', { instance: to }));
  run.change({ epochAfter: change.route.epoch });
  run.end('close-route', 'ok', message('failover.routeClosed', { epoch: change.route.epoch, to }));
  return change.route.epoch;
}

async function promote(run: SwitchoverRun, { epoch, incarnation }: Learnt): Promise<void> {
  const { to, operationId } = run.record;
  run.begin('promote');
  mustBeProved(run, epoch);
  await letItStepDown(run, epoch);
  const token = run.ports.token();
  if (token === null) throw failed(run, 'promote', message('failover.lockLost'), false);
  const accepted = run.record.acceptedLoss ?? 0;
  const loss = accepted > 0 ? { accept_loss: accepted } : {};
  const body = { epoch, token, operation_id: operationId, incarnation, ...loss };
  const budgetMs = timeouts(run).promoteMs;
  // Whoever left it may have sent it, whatever the record has come to say.
  let sent = run.resumed;
  await repeat(run, 'promote', budgetMs, async (leftMs, tries) => {
    if (sent) {
      // Whatever became of the earlier try: once the instance says that it was taken, nothing is repeated.
      const info = infoOf(
        await run.ports.call(to, FUNCTIONS.systemInfo, {}, Math.min(leftMs, timeouts(run).questionMs)),
      );
      const taken = judgeTaken(to, info, epoch);
      if (taken.kind !== 'later') return taken;
    }
    // The first try comes right after the lock was asked for.
    if (sent || tries > 0) await guard(run, 'promote');
    const outcome = await run.ports.call(to, FUNCTIONS.promote, body, Math.min(leftMs, timeouts(run).promoteCallMs));
    const judged = judgePromote(to, outcome, accepted);
    sent ||= judged.kind === 'unknown';
    return judged;
  });
}

/** Nobody is promoted before the record says that the route was closed at that epoch, and the old one proved out after that. */
function mustBeProved({ record }: SwitchoverRun, epoch: number): void {
  const result = stepOf(record, 'prove-old-out')?.result;
  if (record.epochAfter === epoch && epoch > record.epochBefore && (result === 'ok' || result === 'retried')) return;
  throw new InvariantBroken(message('invariant.promoteUnproved', { instance: record.to, epoch }));
}

async function load(run: SwitchoverRun, { epoch }: Learnt): Promise<void> {
  const { to } = run.record;
  run.begin('load');
  const { clock } = run.ports;
  let notedMs = Number.NEGATIVE_INFINITY;
  await repeat(run, 'load', timeouts(run).loadMs, async (leftMs) => {
    const judged = judgeLoad(to, await ask(run, FUNCTIONS.systemInfo, { wait_loaded_ms: LOAD_WAIT_MS }, leftMs), epoch);
    // Every note is a write into ZooKeeper: a few a second show how far it is.
    if (judged.kind === 'later' && clock.monotonicMs() - notedMs >= LOAD_NOTE_MS) {
      notedMs = clock.monotonicMs();
      run.note('load', judged.why);
    }
    return judged;
  });
}

async function complete(run: SwitchoverRun, { epoch }: Learnt): Promise<void> {
  const { to } = run.record;
  run.begin('complete');
  await repeat(run, 'complete', timeouts(run).completeMs, async (leftMs) => {
    await guard(run, 'complete');
    return judgeComplete(to, await ask(run, FUNCTIONS.completeStartup, { epoch }, leftMs));
  });
}

async function verify(run: SwitchoverRun, { epoch, incarnation, steppedDownLsn, old }: Learnt): Promise<void> {
  const { to, from } = run.record;
  run.begin('verify');
  await repeat(run, 'verify', timeouts(run).verifyMs, async (leftMs) => {
    const body = run.ports.beatBody(to);
    const [info, beat] = await Promise.all([
      ask(run, FUNCTIONS.systemInfo, sumsQuestion(old), leftMs),
      ask(run, FUNCTIONS.heartbeat, body, leftMs),
    ]);
    const said = infoOf(info);
    const judged = judgeInfo(to, said, epoch, incarnation);
    if (judged.kind !== 'done' || !said) return judged;
    run.learn(dataOf(run, said, epoch));
    const takeover = said.data?.takeover ?? null;
    const missing = takeover?.epoch === epoch ? missingOfOld(run.record, takeover, steppedDownLsn) : null;
    // Whoever has accepted any loss has accepted that the two differ: what was found is told all the same.
    const accepted = (run.record.acceptedLoss ?? 0) >= ANY_LOSS;
    if (missing && !accepted) return { kind: 'refused', why: missing };
    const { items, refusal } = verification({ from: from ?? '?', to }, old, said);
    run.learn({ verified: items });
    if (refusal && !accepted) return { kind: 'refused', why: refusal };
    const answered = judgeBeat(to, beat, epoch);
    return answered.kind === 'done' ? { kind: 'done', said: answered.said ?? items[0]?.said } : answered;
  });
}

/** Asks with 1403040 what the new primary held where the old one is known to have stood. */
function sumsQuestion({ sums }: OldWord): Record<string, unknown> {
  return sums ? { sums_at_lsn: sums.lsn } : {};
}

/** What became of the data, by the new primary's own account and by what the old one was last heard to have acknowledged. */
function dataOf(
  { ports, record }: SwitchoverRun,
  { data }: SystemInfoReply,
  epoch: number,
): Pick<SwitchoverRecord, 'data'> {
  const takeover = data?.takeover;
  if (takeover?.epoch !== epoch) return {};
  const old = record.from === null ? undefined : factsOf(ports.facts(), record.from)?.ledger;
  return { data: switchoverData(takeover, old ? acknowledgedBy(old, record.fromIncarnation) : null) };
}

async function openRoute(run: SwitchoverRun, { epoch }: Learnt): Promise<void> {
  const { operationId } = run.record;
  run.begin('open-route');
  const timeoutMs = timeouts(run).openRouteMs;
  const change = await run.ports.openRoute({ operationId, epoch, timeoutMs });
  if (change.outcome !== 'changed') throw failed(run, 'open-route', change.reason, change.outcome === 'refused');
  run.end('open-route', 'ok', message('failover.routeOpened', { epoch, to: run.record.to }));
}

async function report(run: SwitchoverRun): Promise<void> {
  run.begin('report');
  await waitUntil(run, timeouts(run).reportMs, () => run.ports.outage() !== null || !run.ports.sawGoodReply());
  const outage = run.ports.outage();
  run.measured(outage);
  const said = outage
    ? message('failover.outage', { outageMs: Math.round(outage.outageMs), errorMs: Math.round(outage.errorMs) })
    : message('failover.outageUnknown');
  run.end('report', 'ok', said);
}

function ask(
  run: SwitchoverRun,
  functionNumber: number,
  body: Record<string, unknown>,
  leftMs: number,
): Promise<CallOutcome> {
  return run.ports.call(run.record.to, functionNumber, body, Math.min(leftMs, timeouts(run).questionMs));
}

/** Tries until done, refused for certain, or out of time; ends the step. */
async function repeat(
  run: SwitchoverRun,
  step: StepName,
  budgetMs: number,
  attempt: (leftMs: number, tries: number) => Promise<Judgement>,
): Promise<void> {
  const { clock } = run.ports;
  const deadlineMs = clock.monotonicMs() + budgetMs;
  let maybe = false;
  for (let tries = 0; ; tries++) {
    const judged = await attempt(Math.max(1, deadlineMs - clock.monotonicMs()), tries);
    if (judged.kind === 'done')
      return run.end(step, tries === 0 || step === 'load' ? 'ok' : 'retried', judged.said ?? null);
    if (judged.kind === 'refused') throw failed(run, step, judged.why);
    maybe ||= judged.kind === 'unknown';
    if (targetIsGone(run)) throw failed(run, step, message('failover.targetGone', { instance: run.record.to }));
    // Out of time: of a request that may have had its effect nobody can say that it failed.
    if (run.ports.stopping.aborted || clock.monotonicMs() >= deadlineMs) throw failed(run, step, judged.why, !maybe);
    await sleep(clock, pollDelayMs(tries), run.ports.stopping);
  }
}

function targetIsGone(run: SwitchoverRun): boolean {
  return factsOf(run.ports.facts(), run.record.to)?.assessment.verdict === 'gone';
}
