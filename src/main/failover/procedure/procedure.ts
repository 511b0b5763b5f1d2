import type { CallOutcome } from '#main/nodes';
import {
  type DataStatus,
  ERROR_NUMBERS,
  type Message,
  message,
  PLANNED_STEPS,
  STATUS_CODES,
  type StepName,
  type StepRecord,
  SWITCHOVER_STEPS,
  type SwitchoverRecord,
} from '#shared/domain';
import {
  lossRefusalSchema,
  type StatusReply,
  type SystemInfoReply,
  statusReplySchema,
  systemInfoReplySchema,
} from '#shared/protocol';
import { safeParse } from '#shared/reading';
import { because } from '../facts/loss.ts';

/** The pure part of the procedure: records, and what replies mean for each step. */

/** Waits between questions to an instance that is getting ready: short at first, then the load is not disturbed. */
const FIRST_POLL_MS = 10;
const FIRST_POLLS = 20;
const LONGEST_POLL_MS = 500;

/** Between one question and the next, the first ones close together. */
export function pollDelayMs(attempt: number): number {
  return attempt < FIRST_POLLS
    ? FIRST_POLL_MS
    : Math.min(LONGEST_POLL_MS, FIRST_POLL_MS * 2 ** (attempt - FIRST_POLLS + 1));
}

/** Every step, none begun. */
export function pendingSteps(planned: boolean): StepRecord[] {
  const names = planned ? PLANNED_STEPS : SWITCHOVER_STEPS;
  return names.map((name) => ({ name, result: 'pending', startedAtMs: null, tookMs: null, detail: null }));
}

/** The record with one step changed. */
export function withStep(record: SwitchoverRecord, name: StepName, change: Partial<StepRecord>): SwitchoverRecord {
  return { ...record, steps: record.steps.map((step) => (step.name === name ? { ...step, ...change } : step)) };
}

/** The record's step of that name. */
export function stepOf(record: SwitchoverRecord, name: StepName): StepRecord | undefined {
  return record.steps.find((step) => step.name === name);
}

/**
 * What a reply means for a step. `refused` is certain: the request had no effect and will have none. `later`: ask
 * again. `unknown`: it may have had its effect; ask what became of it, and repeat it where it can be repeated.
 */
export type Judgement =
  | { kind: 'done'; said?: Message | undefined }
  | { kind: 'later'; why: Message }
  | { kind: 'unknown'; why: Message }
  | { kind: 'refused'; why: Message };

const later = (why: Message): Judgement => ({ kind: 'later', why });
const unknown = (why: Message): Judgement => ({ kind: 'unknown', why });
const refused = (why: Message): Judgement => ({ kind: 'refused', why });

function unanswered(instance: string, outcome: CallOutcome): Judgement | undefined {
  if (outcome.class === 'empty' || outcome.class === 'timeout')
    return unknown(message(`failover.call.${outcome.class}`, { instance }));
  // Nothing was sent: it surely had no effect, and the instance may come back.
  if (outcome.class === 'refused') return later(message('failover.call.refused', { instance }));
  return undefined;
}

function said(instance: string, outcome: CallOutcome): Message {
  const info = outcome.reply?.error_info ?? '';
  return message('failover.call.error', { instance, errorNumber: outcome.errorNumber ?? 0, info });
}

/**
 * 45184006: the same epoch, token and operation may be asked again without a different result. `accepted`: how many
 * acknowledged records the request allowed to be missing.
 */
export function judgePromote(instance: string, outcome: CallOutcome, accepted: number): Judgement {
  const silent = unanswered(instance, outcome);
  if (silent) return silent;
  if (outcome.class !== 'error') return { kind: 'done' };
  // The promise runs out by itself; everything else the instance will say again.
  if (outcome.errorNumber === ERROR_NUMBERS.promiseInForce) return later(said(instance, outcome));
  // It could not ask ZooKeeper, or not store the epoch: that passes, and how far it got it is asked.
  if (outcome.errorNumber === ERROR_NUMBERS.internal) return unknown(said(instance, outcome));
  if (outcome.errorNumber === ERROR_NUMBERS.dataLoss) return refused(lossRefusal(instance, outcome, accepted));
  return refused(said(instance, outcome));
}

/** It has not begun: what it would lose is more than was accepted, or nobody can say how much it is. */
function lossRefusal(instance: string, outcome: CallOutcome, accepted: number): Message {
  const { loss_bound: bound = null, reason = null } = lossRefusalSchema.safeParse(outcome.reply).data ?? {};
  return bound === null
    ? because('failover.dataLossUnknown', { instance }, reason)
    : because('failover.dataLoss', { instance, bound, accepted }, reason);
}

/** 1403040 after a promotion of unknown outcome: whether the instance has taken it. */
export function judgeTaken(instance: string, info: SystemInfoReply | null, epoch: number): Judgement {
  if (!info) return later(message('failover.call.noInfo', { instance }));
  const promoted = info.role === 'promoting' || info.role === 'primary';
  if (promoted && info.epoch === epoch) return { kind: 'done' };
  if (info.epoch > epoch) return refused(message('failover.call.higherEpoch', { instance, epoch: info.epoch }));
  return later(message('failover.call.notTaken', { instance }));
}

/** 1403040 while it loads: a question that changes nothing, answered 308000000 or with the phases so far (F5, F13). */
export function judgeLoad(instance: string, outcome: CallOutcome, epoch: number): Judgement {
  const silent = unanswered(instance, outcome);
  if (silent) return silent.kind === 'unknown' ? later(silent.why) : silent;
  const status = statusOf(outcome);
  if (status?.status === STATUS_CODES.failed) return refused(loadFailed(instance, status));
  if (status && status.epoch > epoch)
    return refused(message('failover.call.higherEpoch', { instance, epoch: status.epoch }));
  if (outcome.class === 'error') return refused(said(instance, outcome));
  if (!status) return later(said(instance, outcome));
  if (status.role === 'standby' || status.role === 'stopped')
    return refused(message('failover.promotionUndone', { instance }));
  if (status.phases.some((phase) => phase.state === 'failed')) return refused(loadFailed(instance, status));
  const started = status.phases.every((phase) => phase.state === 'done') && isLoaded(status.data);
  if (!started && status.role !== 'primary') return later(loading(instance, status.data));
  const records = status.data?.load?.total;
  return records === undefined
    ? { kind: 'done' }
    : { kind: 'done', said: message('failover.loadedData', { instance, records }) };
}

/** Redo and dat are all in UFT; an instance that keeps no data has none to load. */
function isLoaded(data: DataStatus | undefined): boolean {
  return !data || (data.load !== null && data.load.done >= data.load.total);
}

function loading(instance: string, data: DataStatus | undefined): Message {
  return data?.load
    ? message('failover.loadingData', { instance, done: data.load.done, total: data.load.total })
    : message('failover.loading', { instance });
}

/** Its note names what it could not load: of damaged redo, the file and the offset. */
function loadFailed(instance: string, { note, data }: StatusReply): Message {
  if (note) return message('failover.loadFailed', { instance, note });
  const reason = data?.sync.reason;
  return reason
    ? because('failover.loadFailedBecause', { instance }, reason)
    : message('failover.loadFailed', { instance, note: '' });
}

/** 402999 for the epoch: may be repeated until the status is 1. */
export function judgeComplete(instance: string, outcome: CallOutcome): Judgement {
  const silent = unanswered(instance, outcome);
  if (silent) return silent.kind === 'unknown' ? later(silent.why) : silent;
  const status = statusOf(outcome);
  if (status?.status === STATUS_CODES.failed) return refused(loadFailed(instance, status));
  if (outcome.class === 'error') return refused(said(instance, outcome));
  if (status?.status === STATUS_CODES.serving) return { kind: 'done' };
  return later(message('failover.loading', { instance }));
}

/** 1403040 of the new primary before the route opens for it. */
export function judgeInfo(
  instance: string,
  info: SystemInfoReply | null,
  epoch: number,
  incarnation: string,
): Judgement {
  if (!info) return later(message('failover.call.noInfo', { instance }));
  if (info.instance !== instance || info.incarnation !== incarnation)
    return refused(message('failover.verify.otherInstance', { instance, found: info.instance }));
  if (info.svr_mode !== 0) return refused(message('failover.verify.singleMode', { instance }));
  if (info.epoch !== epoch) return refused(message('failover.verify.epoch', { instance, epoch, found: info.epoch }));
  if (info.role !== 'primary' || info.status !== STATUS_CODES.serving)
    return later(message('failover.verify.role', { instance, role: info.role }));
  return { kind: 'done' };
}

/** 402000 of the new primary: 0, or a session it does not know, said under the new epoch (F11, F13). */
export function judgeBeat(instance: string, outcome: CallOutcome, epoch: number): Judgement {
  if (outcome.class === 'ok') return { kind: 'done' };
  const sessionOnly = outcome.errorNumber === ERROR_NUMBERS.unknownSession && outcome.reply?.epoch === epoch;
  // Clients log in again: no reason to leave them without anybody who serves.
  if (outcome.class === 'error' && sessionOnly)
    return { kind: 'done', said: message('failover.verify.sessionUnknown', { instance }) };
  if (outcome.class === 'error') return refused(said(instance, outcome));
  return later(message('failover.verify.noBeat', { instance }));
}

/** What 402999 or 45184006 answered; null: nothing that can be read. */
export function statusOf(outcome: CallOutcome): StatusReply | null {
  return outcome.reply ? (safeParse(statusReplySchema, outcome.reply).data ?? null) : null;
}

/** What 1403040 answered; null: nothing that can be read. */
export function infoOf(outcome: CallOutcome): SystemInfoReply | null {
  return outcome.reply ? (safeParse(systemInfoReplySchema, outcome.reply).data ?? null) : null;
}
