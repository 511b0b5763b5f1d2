import { expect } from 'vitest';
import type { DrillReport, RunReport } from '#main/drill';
import { type ProgramRun, runProgram } from '#test/program';

const SESSION_TIMEOUT_MS = '1500';
/** The procedure's steps, by the names of its design. */
export const STEPS = 'detect lock close-route prove-old-out promote load complete verify open-route report'.split(' ');

/** The drill as a user runs it. */
export function drill(...args: string[]): Promise<ProgramRun> {
  return runProgram('src/main/drill.ts', args);
}

/** The report of a drill that must be ok. */
export async function report(fault: string, ...more: string[]): Promise<DrillReport> {
  const what = fault === 'planned' ? ['--planned'] : ['--fault', fault];
  const session = more.includes('--session-timeout') ? [] : ['--session-timeout', SESSION_TIMEOUT_MS];
  const args = [...what, '--json', '--timeout', '30', ...session, ...more];
  const { code, out, error } = await drill(...args);
  const parsed = JSON.parse(out) as DrillReport;
  expect(parsed.ok, `${error}\n${out}`).toBe(true);
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  return parsed;
}

/** The one run of a drill that must be ok. */
export async function runOf(fault: string, ...more: string[]): Promise<RunReport> {
  const [run] = (await report(fault, ...more)).runs;
  if (!run) throw new Error('there is no run');
  return run;
}
