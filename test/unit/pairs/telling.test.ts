import { describe, expect, it } from 'vitest';
import type { SwitchoverProgress } from '#main/failover';
import { message, type SwitchoverData, type SwitchoverRecord } from '#shared/domain';
import { switchoverRecord } from '#test/failover-facts';
import { dataEvent, noticeOf, stepEvents, switchoverEvent } from '../../../src/main/pairs/telling.ts';

const AT_MS = 1_000;
const why = message('failover.lockLost');

function progress(outcome: SwitchoverRecord['outcome'], over: Partial<SwitchoverProgress> = {}): SwitchoverProgress {
  const record = switchoverRecord({
    endedAtMs: outcome === 'running' ? null : AT_MS,
    outcome,
    steps: [{ name: 'promote', result: 'failed', startedAtMs: 0, tookMs: 5, detail: why }],
  });
  return { record, reason: message('failover.trigger.automatic'), failure: null, outage: null, ...over };
}

describe('what is told of a switchover', () => {
  it.each([
    ['running', 'switchover-begun', 'notice.begun.automatic'],
    ['done', 'switchover-done', 'notice.done'],
    ['failed', 'switchover-failed', 'failover.lockLost'],
    ['unknown', 'switchover-unknown', 'notice.unknown'],
  ] as const)('%s is a notice %s and the line %s', (outcome, kind, key) => {
    const failure = outcome === 'failed' || outcome === 'unknown' ? why : null;
    expect(noticeOf(progress(outcome, { failure }), AT_MS)).toMatchObject({ kind, failure });
    expect(switchoverEvent(progress(outcome, { failure }), AT_MS).message.key).toBe(key);
  });

  it('without a reason still says that it failed, or that nobody knows yet', () => {
    expect(switchoverEvent(progress('failed'), AT_MS).message.key).toBe('notice.failed');
    expect(noticeOf(progress('unknown'), AT_MS).failure?.key).toBe('failover.outcomeUnknown');
  });

  it.each([
    [null, 'notice.begun.named'],
    ['Han Mei', 'notice.begun.approved'],
  ])('names who asked for it, and %s who approved', (approver, key) => {
    const begun = progress('running');
    const askedBy = { operator: 'Li Lei', approver, reason: null };
    const named = { ...begun, record: { ...begun.record, trigger: 'operator' as const, askedBy } };
    expect(switchoverEvent(named, AT_MS).message).toMatchObject({ key, params: { operator: 'Li Lei' } });
    expect(noticeOf(named, AT_MS).askedBy).toEqual(askedBy);
  });

  it('calls a step whose outcome is not known neither failed nor an alarm of its own', () => {
    const steps = [{ name: 'promote' as const, result: 'unknown' as const, startedAtMs: 0, tookMs: 5, detail: why }];
    const { record } = progress('unknown');
    expect(stepEvents(null, { ...record, steps }, AT_MS)).toMatchObject([
      { severity: 'none', message: { key: 'step.unknown.promote' } },
    ]);
  });

  it('names each step that ended, once', () => {
    const { record } = progress('unknown');
    expect(stepEvents(null, record, AT_MS).map(({ message: said }) => said.key)).toEqual(['step.failed.promote']);
    expect(stepEvents(record, record, AT_MS)).toEqual([]);
  });
});

describe('what is told of the data', () => {
  const told = (data: SwitchoverData | undefined, outcome: SwitchoverRecord['outcome'] = 'done') => {
    const { record, ...rest } = progress(outcome);
    const event = dataEvent({ ...rest, record: data ? { ...record, data } : record }, AT_MS);
    return event && `${event.severity} ${event.message.key}`;
  };
  const complete = { acknowledged: 9, present: 9, lost: 0, lossBound: 0, duplicated: 0 };

  it.each<[string | null, SwitchoverData | undefined]>([
    [null, undefined],
    ['none notice.data.complete', complete],
    ['p1 notice.data.lost', { ...complete, lost: 2 }],
    ['p2 notice.data.lost', { ...complete, duplicated: 1 }],
    ['p1 notice.data.bound', { ...complete, lost: null, lossBound: 5 }],
    ['p1 notice.data.unknown', { ...complete, lost: null, lossBound: null }],
  ])('%s', (line, data) => {
    expect(told(data)).toBe(line);
  });

  it('waits for the switchover to be done, and goes with its notice', () => {
    expect(told(complete, 'running')).toBeNull();
    const { record, ...rest } = progress('done');
    expect(noticeOf({ ...rest, record: { ...record, data: complete } }, AT_MS).data).toEqual(complete);
  });
});
