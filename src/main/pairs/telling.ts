import { commandMessage, type SwitchoverProgress } from '#main/failover';
import { type Message, message, type SwitchoverRecord } from '#shared/domain';
import type { PairEvent, SwitchoverNotice } from './port.ts';

/** The notice of a switchover's begin or end. */
export function noticeOf(progress: SwitchoverProgress, atMs: number): SwitchoverNotice {
  const { record, outage, failure } = progress;
  const {
    operationId,
    trigger,
    from,
    to,
    epochBefore,
    epochAfter,
    steps,
    outcome,
    data = null,
    grounds,
    verified,
  } = record;
  const kind = outcome === 'running' ? 'begun' : outcome;
  return {
    kind: `switchover-${kind}`,
    atMs,
    operationId,
    trigger,
    from,
    to,
    epochBefore,
    epochAfter,
    outageMs: outage?.outageMs ?? null,
    outageErrorMs: outage?.errorMs ?? null,
    data,
    askedBy: record.askedBy ?? null,
    ...(grounds ? { grounds } : {}),
    ...(verified ? { verified } : {}),
    steps,
    failure: outcome === 'unknown' ? (failure ?? message('failover.outcomeUnknown')) : failure,
  };
}

/** The line in the journal that goes with a begin or an end. */
export function switchoverEvent(progress: SwitchoverProgress, atMs: number): PairEvent {
  const { record, outage, failure } = progress;
  const { to, epochAfter, outcome } = record;
  if (outcome === 'running') {
    return { atMs, severity: 'p1', instance: to, message: begunMessage(record) };
  }
  if (outcome === 'done') {
    const epoch = epochAfter ?? '?';
    if (!outage) return { atMs, severity: 'none', instance: to, message: message('notice.done', { to, epoch }) };
    const figures = { outageMs: Math.round(outage.outageMs), errorMs: Math.round(outage.errorMs) };
    return { atMs, severity: 'none', instance: to, message: message('notice.doneOutage', { to, epoch, ...figures }) };
  }
  // Why it is not known is told with its step; this line must not read as a failure.
  const told =
    outcome === 'unknown' ? message('notice.unknown', { to }) : (failure ?? message('notice.failed', { to }));
  return { atMs, severity: 'p1', instance: to, message: told };
}

/** With the names of whoever asked and approved, where they gave them. */
function begunMessage({ trigger, from, to, askedBy }: SwitchoverRecord): Message {
  const params = { from: from ?? '?', to };
  if (!askedBy) return message(`notice.begun.${trigger}`, params);
  const { operator, approver } = askedBy;
  return approver === null
    ? message('notice.begun.named', { ...params, operator })
    : message('notice.begun.approved', { ...params, operator, approver });
}

/** The line about the data, once a switchover is done: whether anything acknowledged is missing, and how much. */
export function dataEvent({ record }: SwitchoverProgress, atMs: number): PairEvent | null {
  const { data, to, outcome } = record;
  if (!data || outcome !== 'done') return null;
  const { present, duplicated, lost, lossBound } = data;
  const acknowledged = data.acknowledged ?? '?';
  if (lost === 0 && duplicated === 0)
    return {
      atMs,
      severity: 'none',
      instance: to,
      message: message('notice.data.complete', { to, present, acknowledged }),
    };
  const key = lost === null ? (lossBound === null ? 'notice.data.unknown' : 'notice.data.bound') : 'notice.data.lost';
  const params = { to, present, acknowledged, duplicated, lost: lost ?? '?', bound: lossBound ?? '?' };
  // The same key twice may be a client's own doing; what is missing never is.
  return { atMs, severity: lost === 0 ? 'p2' : 'p1', instance: to, message: message(key, params) };
}

/** A line for every run of a program that ended between two states of a record. */
export function commandEvents(before: SwitchoverRecord | null, after: SwitchoverRecord, atMs: number): PairEvent[] {
  const earlier = before?.operationId === after.operationId ? before.commands : undefined;
  return (after.commands ?? []).flatMap((run) => {
    const known = earlier?.find(({ purpose }) => purpose === run.purpose);
    if (run.outcome === 'running' || (known?.outcome === run.outcome && known.runs === run.runs)) return [];
    const severity = run.outcome === 'ok' || run.outcome === 'cut-off' ? 'none' : 'p2';
    return [{ atMs, severity, instance: run.instance, message: commandMessage(run) }];
  });
}

/** A line for every step that ended between two states of a record. */
export function stepEvents(before: SwitchoverRecord | null, after: SwitchoverRecord, atMs: number): PairEvent[] {
  const earlier = before?.operationId === after.operationId ? before : null;
  return after.steps.flatMap((step, index) => {
    if (step.result === 'pending' || step.result === 'running') return [];
    if (earlier?.steps[index]?.result === step.result) return [];
    // Where all but the return of the old primary got done, clients are served: nobody takes over is what is left.
    const worst = step.name === 'restart-old' ? 'p2' : 'p1';
    const severity = step.result === 'failed' ? worst : 'none';
    const told = message(`step.${step.result}.${step.name}`, { tookMs: step.tookMs ?? 0 });
    return [{ atMs, severity, instance: after.to, message: told }];
  });
}
