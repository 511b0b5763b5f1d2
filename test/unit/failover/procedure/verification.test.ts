import { describe, expect, it } from 'vitest';
import { ANY_LOSS, type DataStatus, type DataSums, FUNCTIONS, type Takeover } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { dataStatus } from '#test/data-facts';
import { registration, type SnapshotChange } from '#test/failover-facts';
import { results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const sums = (change: Partial<DataSums> = {}): DataSums => ({
  ...{ lsn: 120, orders: 40, digest: '0123456789abcdef', sessions: 3, sessionDigest: '89abcdef' },
  ...change,
});
const base = (digest = 'aaaaaaaaaaaaaaaa', from: 'database' | 'copy' = 'database') => ({ rows: 5, digest, from });
const takeover: Takeover = {
  ...{ epoch: 2, acknowledgedLsn: 120, presentLsn: 123, complete: true, lossBound: 0, duplicated: 0 },
};
const primary = (change: Partial<DataStatus> = {}) =>
  registration('A', { role: 'primary', status: 1, data: dataStatus({ ...change }) });
/** The old primary has stepped down with these. */
const steppedDown = (steppedDownSums?: DataSums) =>
  registration('A', {
    ...{ role: 'standby', steppedDownEpoch: 2, lastLsn: 123 },
    ...(steppedDownSums ? { steppedDownSums } : {}),
  });
/** What the new primary answers: its status, and what it held at the LSN it is asked about. */
const answer = (sumsAt: DataSums | null | undefined, change: Partial<DataStatus> = {}) =>
  statusBody({
    sessions: 7,
    data: dataStatus({ takeover, sums: sums({ lsn: 123, orders: 42, digest: 'fedcba9876543210' }), ...change }),
    ...(sumsAt === undefined ? {} : { sums_at: sumsAt }),
  });

/** A switchover in which A was heard to serve with `before`, and is then seen as `after`. */
async function run(
  before: SnapshotChange['a'],
  after: SnapshotChange['a'],
  told: Record<string, unknown>,
  acceptedLoss = 0,
) {
  const world = new ScriptedSwitchover();
  if (before) world.sees({ a: before });
  world.close = () => {
    const closed = world.route();
    world.sees({ a: after ?? null, route: closed });
    return { outcome: 'changed', route: closed };
  };
  world.answers.set(FUNCTIONS.systemInfo, [told]);
  const progress = await world.run(world.task(acceptedLoss));
  const asked = world.calls.flatMap(({ functionNumber, body }) =>
    functionNumber === FUNCTIONS.systemInfo && 'sums_at_lsn' in body ? [body.sums_at_lsn] : [],
  );
  return {
    ...progress,
    asked,
    items: Object.fromEntries((progress.record.verified ?? []).map((one) => [one.what, one])),
  };
}

describe('the business of the new primary, before the route is opened', () => {
  it('is what the old one stepped down with', async () => {
    const data = { sums: sums({ lsn: 100 }), baseData: base() };
    const { record, items, asked } = await run(
      primary(data),
      steppedDown(sums()),
      answer(sums(), { baseData: base() }),
    );
    expect(record.outcome).toBe('done');
    expect(asked).toEqual([120]);
    expect(items).toMatchObject({
      data: { result: 'equal', said: { key: 'failover.verified.data.equal', params: { lsn: 120, orders: 40 } } },
      sessions: { result: 'equal', said: { key: 'failover.verified.sessions.equal', params: { sessions: 3 } } },
      'base-data': { result: 'equal', said: { key: 'failover.verified.baseData.equal', params: { rows: 5 } } },
    });
    const verify = record.steps.find(({ name }) => name === 'verify');
    expect(verify?.detail?.key).toBe('failover.verified.data.equal');
    expect(sentence('en', verify?.detail ?? { key: '', params: {} })).toMatch(
      /B has exactly what A stepped down with: 40 /,
    );
  });

  it.each([
    ['digest', { digest: '1111111111111111' }, 'failover.verify.digestDiffers'],
    ['orders', { orders: 41 }, 'failover.verify.digestDiffers'],
    ['number of sessions', { sessions: 2 }, 'failover.verify.sessionsDiffer'],
    ['sessions', { sessionDigest: '00000000' }, 'failover.verify.sessionsDiffer'],
  ] as const)('that differs in its %s is refused for certain, and the route stays closed', async (_, change, key) => {
    const { record, failure } = await run(primary(), steppedDown(sums()), answer(sums(change)));
    expect(record.outcome).toBe('failed');
    expect(failure?.key).toBe(key);
    expect(results(record)).toMatchObject({ verify: 'failed', 'open-route': 'pending' });
    expect(record.verified?.some(({ result }) => result === 'differs')).toBe(true);
  });

  it('is told and not refused where the operator has accepted any loss', async () => {
    const differing = answer(sums({ digest: '1111111111111111' }));
    const { record, items } = await run(primary(), steppedDown(sums()), differing, ANY_LOSS);
    expect(record.outcome).toBe('done');
    expect(items.data).toMatchObject({ result: 'differs' });
    expect((await run(primary(), steppedDown(sums()), differing, ANY_LOSS - 1)).record.outcome).toBe('failed');
  });

  it('is held against what a dead primary was last heard to hold', async () => {
    const { record, items, asked } = await run(primary({ sums: sums({ lsn: 118 }) }), null, answer(sums({ lsn: 118 })));
    expect(record.outcome).toBe('done');
    expect(asked).toEqual([118]);
    expect(items.data).toMatchObject({
      result: 'equal',
      said: { key: 'failover.verified.data.equalEarlier', params: { lsn: 118, present: 123 } },
    });
    const differing = await run(primary({ sums: sums() }), null, answer(sums({ digest: '1111111111111111' })));
    expect(differing.record.outcome).toBe('failed');
  });

  it('is not held against a record that was lost with a dead primary, whose number another one has by now', async () => {
    const lost = { takeover: { ...takeover, acknowledgedLsn: null, presentLsn: 119, complete: false, lossBound: 30 } };
    const other = answer(sums({ digest: '1111111111111111', orders: 39, sessions: 2 }), lost);
    const { record, items } = await run(primary({ sums: sums() }), null, other, 30);
    expect(record.outcome).toBe('done');
    expect(items).toMatchObject({ data: { result: 'not-compared' }, sessions: { result: 'seen' } });
    const taken = { takeover: { ...lost.takeover, presentLsn: 120 } };
    const differs = await run(primary({ sums: sums() }), null, answer(sums({ orders: 39 }), taken), 30);
    expect(differs.record.outcome).toBe('failed');
  });

  it('says what could not be compared: too far back, not there, no word of the old one, no data at all', async () => {
    const notThere = await run(primary({ sums: sums() }), null, answer(null));
    expect(notThere.record.outcome).toBe('done');
    expect(notThere.items).toMatchObject({
      data: { result: 'not-compared', said: { key: 'failover.verified.data.notThere' } },
      sessions: { result: 'seen', said: { params: { sessions: 7 } } },
    });
    expect(notThere.items['base-data']).toBeUndefined();
    const noWord = await run(primary(), null, answer(undefined));
    expect(noWord.asked).toEqual([]);
    expect(noWord.items.data).toMatchObject({ result: 'seen', said: { params: { present: 123, orders: 42 } } });
    const noData = await run(undefined, steppedDown(), statusBody({ sessions: 2 }));
    expect(noData.record.outcome).toBe('done');
    expect(noData.items).toMatchObject({ data: { result: 'not-compared' }, sessions: { result: 'seen' } });
  });

  it('does not count the word of an earlier life of the old primary', async () => {
    const earlier = registration('A', { role: 'primary', incarnation: 'A-0', data: dataStatus({ sums: sums() }) });
    const { asked, items } = await run(earlier, null, answer(undefined));
    expect(asked).toEqual([]);
    expect(items.data?.result).toBe('seen');
  });

  it('tells base data that has changed, comes from the copy, or is missing, and goes on', async () => {
    const data = { sums: sums(), baseData: base() };
    const told = async (change: Partial<DataStatus>) => {
      const { record, items } = await run(primary(data), steppedDown(sums()), answer(sums(), change));
      expect(record.outcome).toBe('done');
      return items['base-data'];
    };
    expect(await told({ baseData: base('bbbbbbbbbbbbbbbb') })).toMatchObject({ result: 'differs' });
    expect(await told({ baseData: base('bbbbbbbbbbbbbbbb', 'copy') })).toMatchObject({
      result: 'seen',
      said: { key: 'failover.verified.baseData.copy' },
    });
    expect(await told({})).toMatchObject({ result: 'differs', said: { key: 'failover.verified.baseData.missing' } });
  });

  it('has everything that was acknowledged, whatever the old one had only just written', async () => {
    const short = { ...takeover, presentLsn: 121 };
    const enough = await run(primary(), steppedDown(sums()), answer(sums(), { takeover: short }));
    expect(enough.record.outcome).toBe('done');
    const missing = { ...takeover, presentLsn: 119 };
    const refused = await run(primary(), steppedDown(sums()), answer(null, { takeover: missing }));
    expect(refused.failure?.key).toBe('failover.verify.dataMissing');
  });
});
