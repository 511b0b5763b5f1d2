import { describe, expect, it } from 'vitest';
import type { StepRecord } from '#shared/domain';
import {
  type DrillReport,
  drillReport,
  noReplies,
  promoteTime,
  type RunReport,
  spread,
  stepReports,
} from '../../../src/main/drill/report.ts';
import { reportText } from '../../../src/main/drill/text.ts';

const step = (name: StepRecord['name'], over: Partial<StepRecord> = {}): StepRecord => ({
  name,
  result: 'ok',
  startedAtMs: 1_000,
  tookMs: 10,
  detail: null,
  ...over,
});
const run = (over: Partial<RunReport> = {}): RunReport => ({
  outageMs: 100,
  outageErrorMs: 5,
  detectMs: 20,
  promoteMs: 60,
  epochBefore: 1,
  epochAfter: 2,
  primaryBefore: 'A',
  primaryAfter: 'B',
  zombieServed: 0,
  writes: null,
  database: null,
  sync: null,
  promotion: null,
  consoles: null,
  finding: null,
  replies: noReplies(),
  steps: [],
  ok: true,
  failures: [],
  ...over,
});
const head = {
  fault: 'kill-primary',
  driver: 'console',
  zookeeper: 'embedded',
  syncMode: 'sync',
  writeRate: 500,
  expectation: 'It serves.',
} as const satisfies Omit<DrillReport, 'ok' | 'runs' | 'outageMs' | 'problem'>;

describe('the report', () => {
  it('gives smallest, middle and largest', () => {
    expect(spread([])).toBeNull();
    expect(spread([7])).toEqual({ min: 7, median: 7, max: 7 });
    expect(spread([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 });
    expect(spread([40, 10, 20, 30])).toEqual({ min: 10, median: 25, max: 40 });
  });

  it('shows a step that never began as skipped and one that never ended as failed', () => {
    const steps = [
      step('detect', { tookMs: 1.26 }),
      step('load', { result: 'retried' }),
      step('verify', { result: 'running', tookMs: null }),
      step('report', { result: 'pending', startedAtMs: null, tookMs: null }),
    ];
    expect(stepReports(steps)).toEqual([
      { name: 'detect', tookMs: 1.3, result: 'ok' },
      { name: 'load', tookMs: 10, result: 'retried' },
      { name: 'verify', tookMs: 0, result: 'failed' },
      { name: 'report', tookMs: 0, result: 'skipped' },
    ]);
  });

  it('measures from 45184006 sent to 402999 done', () => {
    const done = [step('promote'), step('load'), step('complete', { startedAtMs: 1_050, tookMs: 8 })];
    expect(promoteTime(done)).toBe(58);
    expect(promoteTime([step('promote'), step('complete', { result: 'failed' })])).toBeNull();
    expect(promoteTime([])).toBeNull();
  });

  it('is ok only where every run that was asked for was made and was ok', () => {
    expect(drillReport(head, [run(), run({ outageMs: 300 })])).toMatchObject({
      ok: true,
      outageMs: { min: 100, median: 200, max: 300 },
    });
    expect(drillReport(head, [run(), run({ ok: false })]).ok).toBe(false);
    expect(drillReport(head, [run()], { problem: 'ZooKeeper does not answer' }).ok).toBe(false);
    expect(drillReport(head, []).ok).toBe(false);
    expect(drillReport(head, [run({ outageMs: null, ok: false })]).outageMs).toBeNull();
  });

  it.each(['zh-CN', 'en'] as const)('says in words (%s) what it says in figures', (locale) => {
    const wrong = run({ ok: false, outageMs: null, failures: ['It did not.'], steps: stepReports([step('detect')]) });
    const text = reportText(drillReport(head, [run(), wrong], { problem: 'gone' }), locale);
    expect(text).toContain('It serves.');
    expect(text).toContain('It did not.');
    expect(text).toContain('detect ok 10 ms');
    expect(text).toContain('gone');
    expect(text).not.toMatch(/\{\{|practice\.drill/);
  });

  it.each(['zh-CN', 'en'] as const)('says in words (%s) what became of the writes', (locale) => {
    const data = run({
      writes: { acked: 9_001, present: 8_002, lost: 999, duplicated: 0, unknown: 17 },
      database: { kind: 'sqlite', rows: 8_003, missing: 0, duplicated: 0, backlog: 4_321, reason: null, drained: true },
      sync: { state: 'failed', reason: 'df -h /m', directory: '/m' },
      promotion: {
        ...{ refused: true, forced: true, lossBound: 1_234, lost: 999, reason: 'df -h /m' },
        aside: { writes: 1_016, file: 'aside-e1-2-3-4.redo' },
      },
    });
    const text = reportText(drillReport(head, [data]), locale);
    for (const said of ['9001', '8002', '999', '17', '8003', '4321', 'df -h /m', '1234', '1016', 'aside-e1-2-3-4.redo'])
      expect(text).toContain(said);
    expect(text).not.toMatch(/\{\{|practice\.drill/);
    const undrained = run({
      database: { kind: 'postgresql', rows: 1, missing: 2, duplicated: 0, backlog: 2, reason: null, drained: false },
    });
    expect(reportText(drillReport(head, [undrained]), locale)).toMatch(/NOT drained|未写完/);
  });
});
