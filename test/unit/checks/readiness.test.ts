import { describe, expect, it } from 'vitest';
import { type CheckResult, type CheckVerdict, message } from '#shared/domain';
import { exitCode, jsonReport, textReport } from '../../../src/main/check-command/report.ts';
import { judgeReadiness } from '../../../src/main/checks/readiness.ts';

function found(id: string, host: string, result: CheckVerdict): CheckResult {
  const reason = message('check.mount.missing', { target: `/m-${host}` });
  return { id, host, result, reason, evidence: ['line'], remedy: null, tookMs: 5, atMs: 0 };
}
const PAIR = ['A', 'B'] as const;

describe('readiness', () => {
  it('is that of the standby: what the primary lacks does not matter', () => {
    const checks = [found('mount', 'A', 'fail'), found('mount', 'B', 'pass')];
    expect(judgeReadiness(checks, PAIR, 'A')).toEqual({ word: 'ready', reasons: [] });
    expect(judgeReadiness(checks, PAIR, 'B').word).toBe('not-ready');
  });

  it('asks both where nobody knows who is the standby', () => {
    expect(judgeReadiness([found('mount', 'A', 'fail'), found('mount', 'B', 'pass')], PAIR, null).word).toBe(
      'not-ready',
    );
  });

  it('says what is missing in words, and what is not known only where nothing is missing', () => {
    const checks = [found('mount', 'B', 'fail'), found('todb', 'B', 'unknown'), found('redo-lag', 'pair', 'unknown')];
    const { word, reasons } = judgeReadiness(checks, PAIR, 'A');
    expect(word).toBe('not-ready');
    expect(jsonReport('p', { checks, readiness: { word, reasons } }).reasons).toEqual([
      {
        'zh-CN': 'B：/m-B 上没有挂载任何文件系统（挂载）',
        en: 'B: mount missing: nothing is mounted at /m-B (Mount)',
      },
    ]);
    expect(judgeReadiness(checks.slice(1), PAIR, 'A')).toMatchObject({ word: 'unknown', reasons: [{}, {}] });
  });

  it('is not kept by warnings, nor by what a standby can do without', () => {
    const checks = [
      found('mount-space', 'B', 'warn'),
      found('f2-from-console', 'B', 'fail'),
      found('clock', 'B', 'fail'),
    ];
    expect(judgeReadiness(checks, PAIR, 'A').word).toBe('ready');
  });
});

describe('the report', () => {
  it('ends with the code for the worst that was found', () => {
    const codes = (verdicts: CheckVerdict[], strict = false) =>
      exitCode(
        verdicts.map((verdict) => found('x', 'A', verdict)),
        strict,
      );
    expect([codes(['pass', 'warn']), codes(['pass', 'warn'], true), codes(['pass'], true)]).toEqual([0, 1, 0]);
    expect([codes(['unknown', 'warn']), codes(['unknown', 'fail']), codes(['unknown', 'warn'], true)]).toEqual([
      2, 1, 1,
    ]);
  });

  it('puts in words what failed first, with its lines', () => {
    const checks = [found('todb', 'A', 'pass'), found('mount', 'B', 'fail')];
    const text = textReport('p', { checks, readiness: judgeReadiness(checks, PAIR, 'A') }, 'zh-CN');
    expect(text.split('\n')[0]).toMatch(/^fail {4}B mount: /);
    expect(text).toContain('          line\n');
    expect(text).toContain('p: not-ready (备机不能接管)');
  });

  it('says once what several checks say of a server', () => {
    const checks = [found('access', 'B', 'unknown'), found('mount', 'B', 'unknown'), found('mount', 'A', 'unknown')];
    const text = textReport('p', { checks, readiness: judgeReadiness(checks, PAIR, 'A') }, 'en');
    expect(text.split('\n').filter((line) => line.startsWith('unknown'))).toEqual([
      expect.stringMatching(/^unknown B access, mount: /),
      expect.stringMatching(/^unknown A mount: /),
    ]);
    expect(text).toContain(' and 1 more)');
  });
});
