import { sleep } from '#core/clock';
import {
  type DataStatus,
  FUNCTIONS,
  type Message,
  message,
  STATUS_CODES,
  type SwitchoverRecord,
  type Takeover,
} from '#shared/domain';
import { runOf } from '../facts/commands.ts';
import { isForCrashLoop } from '../facts/crash-loop.ts';
import { factsOf, type InstanceFacts } from '../facts/facts.ts';
import { said } from '../facts/ledger.ts';
import { infoOf } from './procedure.ts';
import type { SwitchoverRun } from './run.ts';
import { commandMessage, runUntilDone } from './run-command.ts';
import { ASK_AGAIN_MS, failed, guard, isClosed, timeouts, waitUntil } from './step-tools.ts';
import type { OldWord } from './verification.ts';

/**
 * Before anything is touched the standby catches up with its primary: what it has still to read would be outage. Out of
 * time, the switchover ends as if it had never begun. Throws {@link StepFailure}.
 */
export async function drain(run: SwitchoverRun): Promise<void> {
  const { clock, stopping } = run.ports;
  const { to, from, trigger } = run.record;
  // The route is closed, or it was left half way: what it waited for is past.
  if (isClosed(run)) return;
  run.begin('drain');
  // Nobody serves: there is nothing to catch up with, and every moment is outage.
  if (run.ports.facts().route?.state !== 'open')
    return run.end('drain', 'skipped', message('failover.drain.nobodyServes'));
  // One of two that serve was chosen to stay: it follows nobody.
  if (wordOf(run, to)?.role === 'primary')
    return run.end('drain', 'skipped', message('failover.drain.serves', { instance: to }));
  const deadlineMs = clock.monotonicMs() + timeouts(run).drainMs;
  for (;;) {
    const info = infoOf(await run.ports.call(to, FUNCTIONS.systemInfo, {}, timeouts(run).questionMs));
    if (info && !info.data) return run.end('drain', 'skipped', message('failover.drain.noData', { instance: to }));
    if (info?.data && hasCaughtUp(info.data, timeouts(run).caughtUpMs)) {
      const { records = 0 } = info.data.lag ?? {};
      return run.end('drain', 'ok', message('failover.drain.caughtUp', { instance: to, records }));
    }
    const old = from === null ? undefined : factsOf(run.ports.facts(), from);
    // It was begun since the old primary could not be reached: that is not so any more.
    if (old?.assessment.verdict === 'alive' && trigger === 'automatic' && !isForCrashLoop(run.reason))
      throw failed(run, 'drain', message('failover.oldIsBack', { instance: old.ledger.name }));
    if (old?.assessment.verdict === 'gone')
      return run.end('drain', 'skipped', message('failover.drain.oldGone', { instance: old.ledger.name }));
    if (stopping.aborted || clock.monotonicMs() >= deadlineMs)
      throw failed(
        run,
        'drain',
        message('failover.drain.behind', { instance: to, records: info?.data?.lag?.records ?? '?' }),
      );
    await sleep(clock, ASK_AGAIN_MS, stopping);
  }
}

/**
 * One that was chosen to stay of two that served, or was promoted before and never completed, lets go of its earlier epoch
 * before it can be promoted to the new one.
 * Out of time it is asked all the same, and says itself what it is.
 */
export async function letItStepDown(run: SwitchoverRun, epoch: number): Promise<void> {
  const isBusy = () => {
    const word = wordOf(run, run.record.to);
    const isOfBefore = (word?.epoch ?? epoch) < epoch;
    return word?.role === 'starting' || ((word?.role === 'primary' || word?.role === 'promoting') && isOfBefore);
  };
  if (!isBusy()) return;
  await waitUntil(run, timeouts(run).promoteMs, () => !isBusy());
  // The lock was confirmed before this wait: since then it may have been lost.
  await guard(run, 'promote');
}

/** What an instance says that it is. */
function wordOf({ ports }: SwitchoverRun, instance: string) {
  const found = factsOf(ports.facts(), instance);
  return found && said(found.ledger);
}

function hasCaughtUp({ sync, lag }: DataStatus, caughtUpMs: number): boolean {
  return sync.state === 'following' && lag !== null && lag.seconds * 1_000 <= caughtUpMs;
}

/**
 * The last LSN that the old primary says it stepped down with at the epoch: of what it had acknowledged, where it tells
 * that; what it had only just written may come to its disk after the new one has read it. null: it has not said so.
 */
export function lsnSteppedDownWith(
  { ports, record: { from } }: SwitchoverRun,
  epoch: number,
  { sums, isLast }: OldWord,
): number | null {
  if (isLast && sums) return sums.lsn;
  const said = from === null ? null : factsOf(ports.facts(), from)?.ledger.lastRegistration;
  return said && (said.steppedDownEpoch ?? -1) >= epoch ? said.lastLsn : null;
}

/**
 * Where the old primary has said what it stepped down with, the new one, which has read it to its end, must have all of
 * it. Returns what is missing, in words; null: nothing, or there is nothing to compare.
 */
export function missingOfOld(
  { from, to }: Pick<SwitchoverRecord, 'from' | 'to'>,
  takeover: Takeover | null,
  steppedDownLsn: number | null,
): Message | null {
  if (!takeover?.complete || steppedDownLsn === null || takeover.presentLsn >= steppedDownLsn) return null;
  const params = { instance: from ?? '?', to, lastLsn: steppedDownLsn, present: takeover.presentLsn };
  return message('failover.verify.dataMissing', params);
}

/**
 * The route is open; what is left is that the pair has a standby again. The old primary comes back by itself, or is
 * started by its command where it does not; where it is not back in time, the switchover is done all the same, and says
 * so.
 */
export async function restartOld(run: SwitchoverRun): Promise<void> {
  const { from } = run.record;
  run.begin('restart-old');
  if (from === null) return run.end('restart-old', 'skipped', null);
  const deadlineMs = run.ports.clock.monotonicMs() + timeouts(run).restartOldMs;
  const leftMs = () => Math.max(0, deadlineMs - run.ports.clock.monotonicMs());
  const old = () => factsOf(run.ports.facts(), from);
  await startOld(run, from, deadlineMs);
  const back = await waitUntil(run, leftMs(), () => isStandbyAgain(old()));
  // Not waited to the end: the console that takes this up goes on waiting.
  if (!back && run.ports.stopping.aborted)
    throw failed(run, 'restart-old', message('failover.restartOld.notBack', { instance: from }), false);
  run.end('restart-old', back ? 'ok' : 'failed', becameOf(run, from, back));
}

/** Runs the start command where the old primary is not there by itself: at once where it was stopped on purpose. */
async function startOld(run: SwitchoverRun, from: string, deadlineMs: number): Promise<void> {
  const old = () => factsOf(run.ports.facts(), from);
  const command = old()?.commands?.start;
  if (!command || runOf(run.record, 'start')?.outcome === 'ok') return;
  const stopped = ['stop', 'fence'].some((purpose) =>
    run.record.commands?.some((one) => one.purpose === purpose && one.outcome === 'ok'),
  );
  const enough = () => isThere(old(), run.record.fromIncarnation);
  const patienceMs = Math.min(timeouts(run).startAfterMs, Math.max(0, deadlineMs - run.ports.clock.monotonicMs()));
  if (stopped ? enough() : await waitUntil(run, patienceMs, enough)) return;
  const tries = run.ports.facts().settings.commandTries;
  await runUntilDone(run, { step: 'restart-old', purpose: 'start', command, tries, deadlineMs, enough });
}

/** Whether it answers, or another process of it is registered: then there is nothing to start. */
function isThere(old: InstanceFacts | undefined, oldIncarnation: string | null): boolean {
  if (!old) return false;
  const { ledger, assessment } = old;
  if (assessment.verdict === 'alive') return true;
  return ledger.registered && ledger.lastRegistration?.incarnation !== oldIncarnation;
}

function becameOf(run: SwitchoverRun, instance: string, back: boolean): Message {
  const started = runOf(run.record, 'start');
  if (!started || started.outcome === 'cut-off')
    return message(back ? 'failover.restartOld.back' : 'failover.restartOld.notBack', { instance });
  if (back) return message('failover.restartOld.started', { instance });
  const told = commandMessage(started);
  return message('failover.restartOld.notStarted', { ...told.params, reason: told.key });
}

function isStandbyAgain(old: InstanceFacts | undefined): boolean {
  const registration = old?.ledger.registered ? old.ledger.lastRegistration : null;
  if (registration?.role !== 'standby' || registration.status !== STATUS_CODES.loading) return false;
  return registration.data === undefined || registration.data.sync.state === 'following';
}
