import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openMessage, openNext } from '#main/setup';
import { sentence } from '#shared/i18n';
import {
  newSetupValues,
  openStepsAfter,
  PROBED_STEPS,
  type ProbedStep,
  probeBasis,
  type SetupDraft,
  type SetupReport,
  stepStateOf,
  withValue,
} from '#shared/setup';
import { openOpenStepsStore } from '../../../src/main/setup/open-steps.ts';

const values = newSetupValues();
type Draft = Parameters<typeof openStepsAfter>[1];
type Run = NonNullable<SetupDraft['probes'][ProbedStep]>;

function run(step: ProbedStep, result: 'pass' | 'fail' | 'unknown' = 'pass'): Run {
  const item = { id: 'x', about: 'x', field: null, result, reason: { key: 'x', params: {} }, remedy: null };
  const items = [{ ...item, evidence: [], tookMs: 1, atMs: 1 }];
  return { state: 'done', basis: probeBasis(step, values), startedAtMs: 0, endedAtMs: 1, items };
}

function draft(over: Partial<Draft> = {}): Draft {
  const probes = Object.fromEntries(PROBED_STEPS.map((step) => [step, run(step)]));
  const applied = { state: 'done' as const, startedAtMs: 0, endedAtMs: 1, changes: [] };
  return { values, before: values, visited: [...PROBED_STEPS], probes, applied, ...over };
}
const report = (verdict: SetupReport['verdict'], over: Partial<SetupReport> = {}) =>
  ({ state: 'done', verdict, values, startedAtMs: 5, ...over }) as SetupReport;
function without(step: ProbedStep): Draft['probes'] {
  const { [step]: _left, ...others } = draft().probes;
  return others;
}

it('a set-up of which everything was looked at and passed has nothing open', () => {
  expect(openStepsAfter([{ step: 'sync', state: 'failed' }], draft(), report('accepted'))).toEqual([]);
  expect(
    openStepsAfter([], draft({ probes: { ...draft().probes, database: run('database', 'unknown') } }), null),
  ).toEqual([]);
});

it('an applied step that was left without a look is skipped, visited or not; one that failed has failed', () => {
  for (const visited of [[...PROBED_STEPS], []])
    expect(openStepsAfter([], draft({ probes: without('sync'), visited }), null)).toEqual([
      { step: 'sync', state: 'skipped' },
    ]);
  expect(openStepsAfter([], draft({ probes: { ...draft().probes, node: run('node', 'fail') } }), null)).toEqual([
    { step: 'node', state: 'failed' },
  ]);
  expect(openStepsAfter([], draft(), report('rejected'))).toEqual([{ step: 'verify', state: 'failed' }]);
  expect(openStepsAfter([], draft({ probes: without('verify') }), report('reservations'))).toEqual([]);
});

it('the whole is verified once it was looked at as it is now, and what came last counts', () => {
  const unlooked = draft({ probes: without('verify') });
  const other = { ...unlooked, values: withValue(values, 'servers.0.host', '10.0.0.9') };
  const state = (of: Draft, said: SetupReport | null) => stepStateOf('verify', of, said);
  expect(state(unlooked, null)).toBe('skipped');
  expect(state({ ...unlooked, visited: [] }, null)).toBe('todo');
  expect(state(unlooked, report('accepted'))).toBe('done');
  expect(state(unlooked, report(null, { state: 'running' }))).toBe('skipped');
  expect(state(other, report('accepted'))).toBe('stale');
  expect(state({ ...other, probes: draft().probes }, report('accepted'))).toBe('stale');
  const failed = { ...run('verify', 'fail'), startedAtMs: 9 };
  expect(state(draft({ probes: { verify: failed } }), report('accepted'))).toBe('failed');
  expect(state(draft({ probes: { verify: { ...failed, startedAtMs: 1 } } }), report('accepted'))).toBe('done');
  expect(state(draft({ probes: { verify: failed } }), report('accepted', { values: other.values }))).toBe('failed');
});

it('a look that had too little to look at is none', () => {
  const probes = { ...draft().probes, database: run('database', 'unknown') };
  for (const item of probes.database.items) item.reason = { key: 'setup.probe.incomplete', params: {} };
  expect(openStepsAfter([], draft({ probes }), null)).toEqual([{ step: 'database', state: 'skipped' }]);
});

it('what was let stand does not fail a step', () => {
  const probes = { ...draft().probes, servers: run('servers', 'fail') };
  for (const item of probes.servers.items) item.id = 'two-machines';
  const acknowledged = { ...values, acknowledged: ['same-machine' as const] };
  expect(openStepsAfter([], draft({ probes }), null)).toEqual([{ step: 'servers', state: 'failed' }]);
  expect(openStepsAfter([], draft({ probes, values: acknowledged, before: acknowledged }), null)).toEqual([]);
});

it('an editor that was not applied skips nothing, and what it changes says nothing of what is configured', () => {
  const open = [{ step: 'sync', state: 'skipped' } as const];
  const editing = { applied: null, visited: [] };
  expect(openStepsAfter(open, draft({ ...editing, probes: {} }), null)).toEqual(open);
  expect(openStepsAfter(open, draft({ ...editing, probes: { sync: run('sync') } }), null)).toEqual([]);
  const other = withValue(values, 'servers.0.host', '10.0.0.9');
  expect(openStepsAfter(open, draft({ ...editing, values: other, probes: { sync: run('sync') } }), null)).toEqual(open);
  const failed = { state: 'failed' as const, startedAtMs: 0, endedAtMs: 1, changes: [] };
  expect(openStepsAfter(open, draft({ applied: failed, probes: {}, visited: [] }), null)).toEqual([
    ...open,
    { step: 'apply', state: 'failed' },
  ]);
});

it('is said in both languages: which step, what that means, and what to do', () => {
  for (const step of [...PROBED_STEPS, 'apply' as const])
    for (const state of ['skipped', 'failed'] as const)
      for (const steps of [
        [{ step, state }],
        [
          { step, state },
          { step: 'node' as const, state },
        ],
      ])
        for (const locale of ['zh-CN', 'en'] as const)
          for (const said of [openMessage(steps), openNext(steps)])
            expect(said && sentence(locale, said)).not.toMatch(/\{\{|\$t|setup\.|null/);
  expect(openMessage([])).toBeNull();
});

it('outlives the console, and a file that is none counts as nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kuantu-open-steps-'));
  const file = join(folder, 'setup', 'open-steps.json');
  const warned: string[] = [];
  const opened = () => openOpenStepsStore(file, (text) => warned.push(text));
  const store = await opened();
  await store.put('desk/mt', [{ step: 'sync', state: 'skipped' }], 5);
  await store.put('desk/mt', [{ step: 'sync', state: 'failed' }], 9);
  await store.put('desk/other', [{ step: 'node', state: 'failed' }], 9);
  await store.put('desk/other', [], 10);
  const again = await opened();
  expect(again.of('desk/mt')).toEqual({ sinceMs: 5, steps: [{ step: 'sync', state: 'failed' }] });
  expect(again.of('desk/other')).toBeUndefined();
  expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(1);
  expect(warned).toEqual([]);
  writeFileSync(file, '{');
  expect((await opened()).of('desk/mt')).toBeUndefined();
  expect(warned.length).toBe(1);
  rmSync(folder, { recursive: true });
});
