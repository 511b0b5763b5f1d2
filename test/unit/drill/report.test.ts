import { describe, expect, it } from 'vitest';
import type { StepRecord } from '#shared/domain';
import {
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
  replies: noReplies(),
  steps: [],
  ok: true,
  failures: [],
  ...over,
});
const head = { fault: 'kill-primary', driver: 'console', zookeeper: 'embedded', expectation: 'It serves.' } as const;

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
    expect(drillReport(head, [run(), run({ outageMs: 300 })], undefined)).toMatchObject({
      ok: true,
      outageMs: { min: 100, median: 200, max: 300 },
    });
    expect(drillReport(head, [run(), run({ ok: false })], undefined).ok).toBe(false);
    expect(drillReport(head, [run()], 'ZooKeeper does not answer').ok).toBe(false);
    expect(drillReport(head, [], undefined).ok).toBe(false);
    expect(drillReport(head, [run({ outageMs: null, ok: false })], undefined).outageMs).toBeNull();
  });

  it.each(['zh-CN', 'en'] as const)('says in words (%s) what it says in figures', (locale) => {
    const wrong = run({ ok: false, outageMs: null, failures: ['It did not.'], steps: stepReports([step('detect')]) });
    const text = reportText(drillReport(head, [run(), wrong], 'gone'), locale);
    expect(text).toContain('It serves.');
    expect(text).toContain('It did not.');
    expect(text).toContain('detect ok 10 ms');
    expect(text).toContain('gone');
    expect(text).not.toMatch(/\{\{|practice\.drill/);
  });
});
