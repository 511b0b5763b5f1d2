import { describe, expect, it } from 'vitest';
import type { PairMonitor } from '#main/pairs';
import { ANY_LOSS, recordText } from '#shared/domain';
import { failedSync } from '#test/data-facts';
import { registration, route } from '#test/failover-facts';
import { bytes, monitorWorld, paths } from '#test/monitor-world';

/** A pair whose standby may lose 40 records, under a policy that wants two operators for that; with two consoles. */
async function twoConsoles(bound: number | null = 40) {
  const world = await monitorWorld({ mode: 'assist', lossOperators: 2 }, { B: failedSync(bound) });
  const other = world.another('other');
  await world.clock.advance(1_000);
  const ask = async (monitor: PairMonitor, over: { acceptedLoss?: number; operator?: string } = {}) => {
    const { token } = await monitor.preflight('B');
    const acceptedLoss = bound ?? ANY_LOSS;
    const asked = { to: 'B', token, confirmation: 'mt', acceptedLoss, operator: 'Li Lei', reason: 'mount is lost' };
    const { id } = await monitor.askApproval({ ...asked, ...over });
    await world.clock.advance(1_000);
    return id;
  };
  const decide = async (monitor: PairMonitor, id: string, operator: string, approves = true) => {
    await monitor.decideApproval({ id, operator, approves, confirmation: approves ? 'mt' : '' });
    await world.clock.advance(1_000);
  };
  return { ...world, other, ask, decide };
}
const refusedWith = (key: string) => ({ said: { key } });
const approvalOf = (monitor: PairMonitor) => monitor.view().policy?.approval;

describe('a promotion that may lose records, where the policy wants two operators', () => {
  it('is begun by nobody alone, and says beforehand that it wants approval', async () => {
    const { monitor, tree } = await twoConsoles();
    const { token, needsApproval } = await monitor.preflight('B');
    expect(needsApproval).toBe(true);
    const alone = monitor.promote({ to: 'B', token, confirmation: 'mt', acceptedLoss: 40, operator: 'Li Lei' });
    await expect(alone).rejects.toMatchObject(refusedWith('approval.refused.needed'));
    expect(tree.nodes.has(paths.switchover)).toBe(false);
  });

  it('is asked for, approved at another console, and carried out as it was approved, once', async () => {
    const { clock, tree, monitor, other, ask, decide, events } = await twoConsoles();
    const id = await ask(monitor);
    expect(approvalOf(other)).toMatchObject({
      ...{ id, operator: 'Li Lei', console: 'me', reason: 'mount is lost' },
      ...{ to: 'B', from: 'A', epoch: 1, acceptedLoss: 40, decision: null, stale: null },
    });
    expect([monitor.tile().next, other.tile().next].map((next) => next?.key)).toEqual(
      Array.from({ length: 2 }, () => 'approval.next.decide'),
    );
    await expect(monitor.carryOut(id, 'Li Lei')).rejects.toMatchObject(refusedWith('approval.refused.notApproved'));
    await decide(other, id, 'Han Mei');
    expect(approvalOf(monitor)?.decision).toMatchObject({ operator: 'Han Mei', console: 'other', approves: true });
    // The console without the lock cannot act, and uses nothing up by trying.
    await expect(other.carryOut(id, 'Han Mei')).rejects.toMatchObject(refusedWith('blocker.lockOther'));
    await expect(monitor.carryOut(id, 'Li Lei')).resolves.toHaveProperty('operationId');
    await expect(monitor.carryOut(id, 'Li Lei')).rejects.toMatchObject(refusedWith('approval.refused.over'));
    await clock.advance(500);
    const askedBy = { operator: 'Li Lei', approver: 'Han Mei', reason: 'mount is lost' };
    expect(JSON.parse(String(tree.nodes.get(paths.switchover)?.data))).toMatchObject({ acceptedLoss: 40, askedBy });
    expect(monitor.view().switchover).toMatchObject({ askedBy });
    for (const key of ['approval.event.asked.bound', 'approval.event.approved', 'approval.event.used'])
      expect(
        events.filter((one) => one === key),
        key,
      ).toHaveLength(2);
    expect(events).toContain('notice.begun.approved');
    await other.stop();
  });

  it.each(['Li Lei', 'li lei ', 'ＬｉＬｅｉ'])('is not approved by whoever asked, written as %j', async (operator) => {
    const { monitor, other, ask, decide } = await twoConsoles();
    const id = await ask(monitor);
    await expect(decide(other, id, operator)).rejects.toMatchObject(refusedWith('approval.refused.sameOperator'));
    await decide(other, id, operator, false);
    expect(approvalOf(monitor)?.decision).toMatchObject({ approves: false });
    await expect(decide(other, id, 'Han Mei')).rejects.toMatchObject(refusedWith('approval.refused.decided'));
    expect(approvalOf(monitor)?.id).toBe(id);
    expect(await ask(monitor)).not.toBe(id);
    await other.stop();
  });

  it('is approved with the name of the node alone, and stopped by anybody until it is carried out', async () => {
    const { monitor, other, ask, decide } = await twoConsoles();
    const id = await ask(monitor);
    const unread = other.decideApproval({ id, operator: 'Han Mei', approves: true, confirmation: '' });
    await expect(unread).rejects.toMatchObject(refusedWith('preflight.refusal.confirmation'));
    await decide(other, id, 'Han Mei');
    await expect(ask(other)).rejects.toMatchObject(refusedWith('blocker.lockOther'));
    await expect(ask(monitor)).rejects.toMatchObject(refusedWith('approval.refused.another'));
    await decide(other, id, 'Han Mei', false);
    await expect(monitor.carryOut(id, 'Li Lei')).rejects.toMatchObject(refusedWith('approval.refused.notApproved'));
    await other.stop();
  });

  it('expires, approved or not, and both consoles say so', async () => {
    const { clock, timeouts, monitor, other, ask, decide, events } = await twoConsoles();
    const id = await ask(monitor);
    await decide(other, id, 'Han Mei');
    await clock.advance(timeouts.approvalLifeMs);
    expect([approvalOf(monitor), approvalOf(other)]).toEqual([null, null]);
    await expect(monitor.carryOut(id, 'Li Lei')).rejects.toMatchObject(refusedWith('approval.refused.over'));
    await expect(decide(other, id, 'Han Mei')).rejects.toMatchObject(refusedWith('approval.refused.over'));
    expect(events.filter((key) => key === 'approval.event.expired')).toHaveLength(2);
    await other.stop();
  });

  it.each([
    ['the epoch', () => [paths.route, route({ epoch: 2 })] as const, 'approval.stale.epoch'],
    [
      'the process of the target',
      () => [paths.instance('B'), registration('B', { status: 3, incarnation: 'B-2', data: failedSync(40) })] as const,
      'approval.stale.target',
    ],
    [
      'the loss, which is larger',
      () => [paths.instance('B'), registration('B', { status: 3, data: failedSync(41) })] as const,
      'preflight.refusal.loss',
    ],
  ])('is void once %s is another', async (_what, change, key) => {
    const { clock, nodes, links, monitor, other, ask, decide } = await twoConsoles();
    const id = await ask(monitor);
    await decide(other, id, 'Han Mei');
    links.B.hung.is = true;
    const [path, record] = change();
    await nodes.set(path, bytes(record));
    await clock.advance(500);
    expect(approvalOf(other)?.stale?.key).toBe(key);
    await expect(monitor.carryOut(id, 'Li Lei')).rejects.toMatchObject(refusedWith(key));
    expect(approvalOf(other)?.used).toBeNull();
    await other.stop();
  });

  it('accepts any loss where nobody can say how much, and needs no approval where there is none', async () => {
    const { monitor, other, ask, decide } = await twoConsoles(null);
    const id = await ask(monitor);
    expect(approvalOf(other)?.acceptedLoss).toBe(ANY_LOSS);
    await decide(other, id, 'Han Mei');
    await expect(monitor.carryOut(id, 'Wu')).resolves.toHaveProperty('operationId');
    await other.stop();
    const calm = await monitorWorld({ mode: 'assist', lossOperators: 2 });
    const { token, needsApproval } = await calm.monitor.preflight('B');
    expect(needsApproval).toBe(false);
    await expect(calm.monitor.promote({ to: 'B', token, confirmation: '' })).resolves.toHaveProperty('operationId');
  });

  it('outlives the console that asked, and what is no approval approves nothing', async () => {
    const { clock, nodes, tree, monitor, other, ask, decide } = await twoConsoles();
    const id = await ask(monitor);
    await monitor.stop();
    await decide(other, id, 'Han Mei');
    await clock.advance(3_000);
    expect(other.view().lock.holder).toBe('this');
    const record = JSON.parse(String(tree.nodes.get(paths.policy)?.data));
    await nodes.set(paths.policy, Buffer.from(recordText({ ...record, approval: { ...record.approval, epoch: -1 } })));
    await clock.advance(500);
    expect(approvalOf(other)).toBeNull();
    await expect(other.carryOut(id, 'Han Mei')).rejects.toMatchObject(refusedWith('approval.refused.over'));
    await nodes.set(paths.policy, Buffer.from(recordText(record)));
    await clock.advance(500);
    await expect(other.carryOut(id, 'Han Mei')).resolves.toHaveProperty('operationId');
    await other.stop();
  });
});

describe('that one operator be enough for a loss, where the policy wants two', () => {
  const needed = (monitor: PairMonitor) => monitor.view().policy?.settings.lossOperators;
  const asked = (monitor: PairMonitor) => monitor.view().policy?.loosening?.operator;

  it('is asked for by one, told everywhere, and becomes so when another asks for the same', async () => {
    const { clock, monitor, other, events } = await twoConsoles();
    await monitor.setPolicy({ lossOperators: 1, maxPerDay: 7 }, 'Li Lei');
    await clock.advance(500);
    expect([needed(monitor), asked(other), other.view().policy?.settings.maxPerDay]).toEqual([2, 'Li Lei', 7]);
    expect(events.filter((key) => key === 'loosening.event.asked')).toHaveLength(2);
    // The same person, spelled another way, at another console.
    await other.setPolicy({ lossOperators: 1 }, 'li  LEI');
    await clock.advance(500);
    expect([needed(monitor), asked(monitor)]).toEqual([2, 'Li Lei']);
    await other.setPolicy({ lossOperators: 1 }, 'Han Mei');
    await clock.advance(500);
    expect([needed(monitor), needed(other), asked(other)]).toEqual([1, 1, undefined]);
    await other.stop();
  });

  it('expires, is withdrawn by whoever asks for two, and is nobody’s without a name', async () => {
    const { clock, timeouts, monitor, other, events } = await twoConsoles();
    const unnamed = monitor.setPolicy({ lossOperators: 1 }, null);
    await expect(unnamed).rejects.toMatchObject(refusedWith('loosening.refused.noName'));
    await monitor.setPolicy({ lossOperators: 1 }, 'Li Lei');
    await clock.advance(timeouts.approvalLifeMs);
    expect(asked(other)).toBeUndefined();
    await other.setPolicy({ lossOperators: 1 }, 'Han Mei');
    await clock.advance(500);
    expect([needed(other), asked(monitor)]).toEqual([2, 'Han Mei']);
    await monitor.setPolicy({ lossOperators: 2 }, 'Wu');
    await clock.advance(500);
    expect([needed(other), asked(monitor)]).toEqual([2, undefined]);
    expect(events.filter((key) => key === 'loosening.event.over')).toHaveLength(4);
    await other.stop();
  });

  it('is no matter of two where one is enough: whoever raises it does so alone', async () => {
    const { clock, monitor } = await monitorWorld({ mode: 'assist' });
    await monitor.setPolicy({ lossOperators: 2 }, null);
    await clock.advance(500);
    expect(needed(monitor)).toBe(2);
  });

  it('what does not fit its schema loosens nothing', async () => {
    const { clock, nodes, tree, monitor, other } = await twoConsoles();
    const record = JSON.parse(String(tree.nodes.get(paths.policy)?.data));
    await nodes.set(paths.policy, Buffer.from(recordText({ ...record, loosening: { operator: 'X' } })));
    await clock.advance(500);
    await monitor.setPolicy({ lossOperators: 1 }, 'Li Lei');
    await clock.advance(500);
    expect([needed(other), asked(other)]).toEqual([2, 'Li Lei']);
    await other.stop();
  });
});
