import { describe, expect, it } from 'vitest';
import { eventRows } from '#renderer/features/events';
import type { EventView, Severity } from '#shared/contract';
import { message } from '#shared/domain';

let lastId = 0;
function event(atMs: number, key: string, instance: string | null = null, severity: Severity = 'none'): EventView {
  return { id: ++lastId, atMs, severity, pairKey: 'e/p', instance, message: message(key) };
}
/** The lines of events given in the order of happening, newest first. */
function lines(...events: EventView[]) {
  return eventRows(events.toReversed()).map(({ atMs, severity, instance, state, messages }) => ({
    atMs,
    severity,
    instance,
    state,
    said: messages.map(({ key }) => key),
  }));
}

describe('lines of events', () => {
  it("tell a pair's state with its reason, as bad as it is", () => {
    expect(lines(event(5, 'failover.event.state.degraded', null, 'p2'), event(5, 'state.noStandby'))).toEqual([
      { atMs: 5, severity: 'p2', instance: null, state: 'degraded', said: ['state.noStandby'] },
    ]);
  });

  it('tell what degrades a pair on the line that says so, where it is as bad', () => {
    const failed = event(3, 'failover.event.syncFailed', 'B', 'p2');
    expect(lines(failed, event(3, 'failover.event.state.degraded', null, 'p2'))).toEqual([
      { atMs: 3, severity: 'p2', instance: 'B', state: 'degraded', said: ['failover.event.syncFailed'] },
    ]);
    expect(lines(failed, event(3, 'failover.event.state.outage', null, 'p1'))).toHaveLength(2);
    expect(lines(failed, event(3, 'failover.event.state.degraded', null, 'p3'))).toHaveLength(2);
  });

  it.each(['the machine', 'the operator'])('tell the beginning of a switchover once, whoever began: %s', (who) => {
    const begun = event(9, 'notice.begun.x', 'B', 'p1');
    const state = [event(9, 'failover.event.state.switching', null, 'p1'), event(9, 'state.switching')];
    expect(lines(...(who === 'the machine' ? [...state, begun] : [begun, ...state]))).toEqual([
      { atMs: 9, severity: 'p1', instance: 'B', state: 'switching', said: ['notice.begun.x'] },
    ]);
  });

  it('put what one instance went through within a second on one line', () => {
    const told = lines(
      event(0, 'step.ok.lock', 'B'),
      event(10, 'failover.event.verdict.gone', 'A'),
      event(20, 'failover.event.role.promoting', 'B'),
      event(30, 'failover.event.state.outage', null, 'p1'),
      event(999, 'step.ok.promote', 'B'),
      event(1_000, 'step.ok.load', 'B'),
    );
    expect(told.map(({ instance, said }) => [instance, said])).toEqual([
      ['B', ['step.ok.load']],
      [null, []],
      ['A', ['failover.event.verdict.gone']],
      ['B', ['step.ok.lock', 'failover.event.role.promoting', 'step.ok.promote']],
    ]);
  });

  it('keep what matters on lines of its own', () => {
    const told = lines(
      event(0, 'failover.event.role.primary', 'B'),
      event(1, 'step.failed.verify', 'B', 'p1'),
      event(2, 'notice.done', 'B'),
      event(3, 'failover.event.status', 'B'),
    );
    expect(told.map(({ said }) => said)).toEqual([
      ['notice.done'],
      ['step.failed.verify'],
      ['failover.event.role.primary', 'failover.event.status'],
    ]);
  });

  it('never join two pairs, and lose nothing', () => {
    const other = { ...event(1, 'failover.event.status', 'A'), pairKey: 'e/q' };
    expect(lines(event(0, 'failover.event.status', 'A'), other)).toHaveLength(2);
  });
});
