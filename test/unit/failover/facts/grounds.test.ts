import { describe, expect, it } from 'vitest';

import {
  groundsSchema,
  MAX_RECORD_BYTES,
  message,
  recordText,
  type SwitchoverRecord,
  switchoverRecordSchema,
} from '#shared/domain';
import { sentence } from '#shared/i18n';
import { ScriptedSwitchover } from '#test/scripted-switchover';

const sourcesOf = (record: SwitchoverRecord, instance: string) =>
  record.grounds?.instances.find((one) => one.instance === instance);

describe('the grounds of a switchover', () => {
  it('are kept in its record: both instances, every class, what it said, how old that was, and why', async () => {
    const world = new ScriptedSwitchover();
    world.machine.live(1_000, { A: 'refused', B: 'error' });
    world.machine.process('A', 'gone');
    world.machine.pass(250);
    world.machine.feed({ kind: 'tick' });
    const { record } = await world.run();
    expect(record.grounds?.atMs).toBe(world.machine.now.wallMs);
    expect(sourcesOf(record, 'A')).toMatchObject({
      verdict: 'gone',
      reason: { key: 'failover.verdict.networkAndHost' },
      sources: [
        { class: 'network', says: 'gone', ageMs: 250, reason: { key: 'failover.network.refused' } },
        { class: 'peer', says: 'nothing', ageMs: null },
        { class: 'coordination', says: 'alive', reason: { key: 'failover.coordination.registered' } },
        { class: 'host', says: 'gone', ageMs: 250 },
      ],
    });
    expect(sourcesOf(record, 'B')?.verdict).toBe('alive');
    for (const { instances } of [groundsSchema.parse(record.grounds)])
      for (const { reason, sources } of instances)
        for (const said of [reason, ...sources.map((source) => source.reason)])
          for (const locale of ['en', 'zh-CN'] as const) expect(sentence(locale, said)).not.toContain(said.key);
  });

  it('are those of the decision, not of a later moment, and stay with whoever takes it up', async () => {
    const world = new ScriptedSwitchover();
    world.confirmed = false;
    const begun = await world.run();
    expect(begun.record.outcome).toBe('unknown');
    const second = new ScriptedSwitchover();
    second.machine.live(5_000, { A: 'refused', B: 'error' });
    const resumed = await second.run({ kind: 'resume', record: begun.record });
    expect(resumed.record.grounds).toEqual(begun.record.grounds);
  });

  it('do not outgrow the record, whatever an instance or ZooKeeper says', async () => {
    const world = new ScriptedSwitchover();
    const { coordination } = world.machine.state;
    const problem = message('failover.recordUnreadable', { path: '/p', reason: 'x'.repeat(1_000) });
    const unreadable = { ...coordination.registrations.A, value: null, present: true, problem };
    const registrations = { ...coordination.registrations, A: unreadable } as typeof coordination.registrations;
    world.machine.feed({ kind: 'coordination', snapshot: { ...coordination, registrations } });
    const { record } = await world.run();
    const bytes = Buffer.byteLength(recordText(record.grounds));
    expect(bytes).toBeLessThan(MAX_RECORD_BYTES / 8);
    expect(String(sourcesOf(record, 'A')?.sources[2]?.reason.params.reason)).toHaveLength(200);
  });

  it('are missing in records of earlier consoles, which are read all the same', () => {
    const {
      grounds: _grounds,
      verified: _verified,
      ...old
    }: SwitchoverRecord = {
      ...{ version: 1, operationId: 'op', trigger: 'automatic', from: 'A', fromIncarnation: 'A-1', to: 'B' },
      ...{ epochBefore: 1, epochAfter: 2, token: '9', startedAtMs: 1, endedAtMs: 2, outcome: 'done', steps: [] },
    };
    expect(switchoverRecordSchema.parse(old)).toEqual(old);
  });
});
