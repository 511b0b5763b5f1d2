import { describe, expect, it } from 'vitest';
import {
  ANY_LOSS,
  type DataStatus,
  ERROR_NUMBERS,
  FUNCTIONS,
  message,
  switchoverData,
  type Takeover,
} from '#shared/domain';
import { sentence } from '#shared/i18n';
import { DIRECTORY, dataStatus, failedSync, mountEmpty } from '#test/data-facts';
import { registration } from '#test/failover-facts';
import { type Answer, results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const refusal = (loss_bound: number | null, reason: unknown = mountEmpty()): Answer => ({
  errorNumber: ERROR_NUMBERS.dataLoss,
  body: { loss_bound, reason },
});
const takeover = (change: Partial<Takeover> = {}): Takeover => ({
  epoch: 2,
  acknowledgedLsn: 120,
  presentLsn: 123,
  complete: true,
  lossBound: 0,
  duplicated: 0,
  ...change,
});
const served = (change: Partial<DataStatus> = {}) =>
  statusBody({ data: dataStatus({ takeover: takeover(), ...change }) });
const loading = (done: number | null, phases: unknown[] = []) =>
  statusBody({
    role: 'promoting',
    status: 2,
    phases,
    data: dataStatus({ load: done === null ? null : { done, total: 1_000 } }),
  });
const standby = statusBody({ role: 'standby', status: 2, epoch: 1 });
const promotions = (world: ScriptedSwitchover) =>
  world.calls.filter(({ functionNumber }) => functionNumber === FUNCTIONS.promote).map(({ body }) => body.accept_loss);

describe('a promotion that would lose data', () => {
  it.each([
    [refusal(40), 'failover.dataLoss', /up to 40 acknowledged.*7 were accepted.*df -h \/mnt\/a.*no share\.json/],
    [refusal(null), 'failover.dataLossUnknown', /nobody can say.*df -h \/mnt\/a/],
    [refusal(null, null), 'failover.dataLossUnknown', /nobody can say.*It says no more/],
    [refusal(-1), 'failover.dataLossUnknown', /nobody can say/],
  ] as const)('is refused for certain, with the bound and the reason in words: %j', async (answer, key, words) => {
    const world = new ScriptedSwitchover();
    world.answers.set(FUNCTIONS.promote, [answer]);
    const { record, failure } = await world.run(world.task(7));
    expect(record.outcome).toBe('failed');
    expect(results(record).promote).toBe('failed');
    expect(failure?.key).toBe(key);
    expect(sentence('en', failure ?? message(''))).toMatch(words);
    expect(promotions(world)).toEqual([7]);
  });

  it('is asked for with what was accepted, and its record says so for whoever takes it up', async () => {
    const first = new ScriptedSwitchover();
    first.confirmed = false;
    const half = await first.run(first.task(ANY_LOSS));
    expect(half.record).toMatchObject({ outcome: 'unknown', acceptedLoss: ANY_LOSS });
    expect(promotions(first)).toEqual([]);

    const second = new ScriptedSwitchover();
    second.answers.set(FUNCTIONS.systemInfo, [standby, statusBody()]);
    const { record } = await second.run({ kind: 'resume', record: half.record });
    expect(record).toMatchObject({ outcome: 'done', acceptedLoss: ANY_LOSS });
    expect(promotions(second)).toEqual([ANY_LOSS]);
  });

  it.each([
    [failedSync(8), 7, 'preflight.refusal.loss'],
    [failedSync(null), 1_000_000_000, 'preflight.refusal.lossUnknown'],
    [failedSync(7), 7, undefined],
    [failedSync(null), ANY_LOSS, undefined],
    [dataStatus({ lossBound: null }), 0, undefined],
  ])('is not begun where that is seen before the route is touched: %#', async (data, accepted, key) => {
    const world = new ScriptedSwitchover();
    let closed = false;
    world.close = () => {
      closed = true;
      return world.closed();
    };
    const before = statusBody({ role: 'standby', status: 2, epoch: 1, data });
    world.answers.set(FUNCTIONS.systemInfo, [before, served({ load: { done: 1, total: 1 } })]);
    const { record, failure } = await world.run(world.task(accepted));
    expect(failure?.key).toBe(key);
    expect(closed).toBe(key === undefined);
    expect(results(record).lock).toBe(key === undefined ? 'ok' : 'failed');
  });

  it('is looked at anew, though the old primary is dead, where the target said last that it may miss some', async () => {
    const world = new ScriptedSwitchover();
    world.sees({ a: null, b: registration('B', { status: 3, data: failedSync(5) }) });
    world.machine.process('A', 'gone');
    const asked = statusBody({ role: 'standby', status: 3, epoch: 1, promise_left_ms: 900, data: failedSync(9) });
    world.answers.set(FUNCTIONS.systemInfo, [asked]);
    const { failure } = await world.run(world.task(7));
    expect(failure?.key).toBe('preflight.refusal.loss');
    expect(world.calls.map(({ functionNumber }) => functionNumber)).toEqual([FUNCTIONS.systemInfo]);
  });

  it('says nothing of a loss where none was accepted', async () => {
    const world = new ScriptedSwitchover();
    const { record } = await world.run();
    expect(record).not.toHaveProperty('acceptedLoss');
    expect(promotions(world)).toEqual([undefined]);
  });
});

describe('loading the data', () => {
  it('waits for every record beside the phases, and shows how far it is', async () => {
    const world = new ScriptedSwitchover();
    const phases = [{ name: 'base-data', state: 'done', done: 4, total: 4 }];
    const slow = Array.from({ length: 60 }, (_, n) => loading(n * 10, phases));
    world.answers.set(FUNCTIONS.systemInfo, [
      standby,
      loading(null, phases),
      ...slow,
      loading(1_000, [{ name: 'base-data', state: 'running', done: 1, total: 4 }]),
      loading(1_000, phases),
      served({ load: { done: 1_000, total: 1_000 } }),
    ]);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const details = world.records.map(({ steps }) => steps.find(({ name }) => name === 'load'));
    const shown = details.flatMap((step) => (step?.result === 'running' && step.detail ? [step.detail] : []));
    const figures = shown.flatMap(({ key, params }) => (key === 'failover.loadingData' ? [Number(params.done)] : []));
    expect(figures.length).toBeGreaterThan(3);
    expect(figures).toEqual([...figures].sort((a, b) => a - b));
    // A few a second, not with every question.
    expect(new Set(figures).size).toBeLessThan(slow.length);
    expect(details.at(-1)).toMatchObject({
      result: 'ok',
      detail: { key: 'failover.loadedData', params: { records: 1_000 } },
    });
  });

  it('that comes upon damaged redo fails for certain, with file and offset', async () => {
    const world = new ScriptedSwitchover();
    const note = 'redo-0000000000000001.log is damaged at byte 4096';
    world.answers.set(FUNCTIONS.systemInfo, [standby, statusBody({ status: 3, role: 'promoting', note })]);
    const { record, failure } = await world.run();
    expect(record.outcome).toBe('failed');
    expect(results(record).load).toBe('failed');
    expect(sentence('en', failure ?? message(''))).toContain(note);
  });

  it('that fails without a note is told with the reason of its synchronisation', async () => {
    const world = new ScriptedSwitchover();
    const reason = message('sync.redoDamaged', { directory: DIRECTORY, detail: 'redo-1.log at 77' });
    const data = dataStatus({ sync: { state: 'failed', directory: DIRECTORY, reason } });
    world.answers.set(FUNCTIONS.systemInfo, [standby, statusBody({ status: 3, role: 'promoting', data })]);
    const { failure } = await world.run();
    expect(sentence('en', failure ?? message(''))).toContain('redo-1.log at 77');
  });
});

describe('what became of the data', () => {
  it('is in the record once the new primary is verified', async () => {
    const world = new ScriptedSwitchover();
    world.machine.beat('A', 'ok', { lsn: 121 });
    world.answers.set(FUNCTIONS.systemInfo, [standby, served({ load: { done: 9, total: 9 } })]);
    const { record } = await world.run();
    expect(record.data).toEqual({ acknowledged: 121, present: 123, lost: 0, lossBound: 0, duplicated: 0 });
    expect(world.records.at(-1)?.data).toEqual(record.data);
  });

  it.each([
    ['of an earlier takeover', served({ takeover: takeover({ epoch: 1 }) })],
    ['of none', served({ takeover: null })],
    ['of an instance that keeps none', statusBody()],
  ])('is left open where the new primary speaks %s', async (_name, answer) => {
    const world = new ScriptedSwitchover();
    world.answers.set(FUNCTIONS.systemInfo, [standby, answer]);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(record).not.toHaveProperty('data');
  });

  it.each([
    ['complete', takeover(), null, { acknowledged: 120, lost: 0, lossBound: 0 }],
    ['bound of none', takeover({ complete: false }), 123, { acknowledged: 123, lost: 0, lossBound: 0 }],
    ['within a bound', takeover({ complete: false, lossBound: 9 }), null, { lost: null, lossBound: 9 }],
    [
      'unknown',
      takeover({ complete: false, lossBound: null, acknowledgedLsn: null }),
      null,
      { lost: null, acknowledged: null },
    ],
    // Whatever the instance says: an acknowledgement beyond what is there is missing.
    ['more was heard acknowledged', takeover(), 130, { acknowledged: 130, lost: 7 }],
  ] as const)('is never made up: %s', (_name, one, heard, expected) => {
    expect(switchoverData(one, heard)).toMatchObject(expected);
  });
});
