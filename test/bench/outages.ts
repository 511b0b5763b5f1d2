import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DrillReport } from '#main/drill';
import { type Figure, quantile, tenths } from './figure.ts';

const root = resolve(import.meta.dirname, '../..');
const KILL_MEDIAN_TARGET_MS = 150;
const KILL_P99_TARGET_MS = 400;
const PLANNED_TARGET_MS = 300;
const SESSION_TIMEOUT_MS = 3_000;
/** Sessions run out at whole ticks of the server, the embedded one and ours of Apache alike. */
const TICK_MS = 200;
/** What a hung primary may cost beyond ZooKeeper's own time. */
const HANG_ALLOWANCE_MS = 500;
/** A hang takes seconds, and its resumed primary is watched: fewer of them. */
const MOST_HANGS = 5;
const WRONG_OPTIONS = 2;

/** The outage that clients see when the primary is killed, out of the drill's own report; `more`: further options. */
export async function measureKills(name: string, runs: number, more: readonly string[]): Promise<Figure[]> {
  const report = await drill(['--fault', 'kill-primary', '--runs', String(runs), ...more]);
  if (report === undefined) return [figure(name, null, null, 'the drill does not know these options')];
  const outages = report.runs.flatMap((run) => run.outageMs ?? []);
  const detect = report.runs.flatMap((run) => run.detectMs ?? []);
  const promote = report.runs.flatMap((run) => run.promoteMs ?? []);
  const errors = report.runs.flatMap((run) => run.outageErrorMs ?? []);
  const note = noteOf(report);
  return [
    figure(`${name}-median`, quantile(outages, 0.5), KILL_MEDIAN_TARGET_MS, note),
    figure(`${name}-p99`, quantile(outages, 0.99), KILL_P99_TARGET_MS, note),
    figure(`${name}-min`, quantile(outages, 0), null, note),
    figure(`${name}-error-max`, Math.max(0, ...errors), null, note),
    figure(`${name}-detect-median`, quantile(detect, 0.5), null, note),
    figure(`${name}-promote-median`, quantile(promote, 0.5), null, note),
  ];
}

/** The longest outage with a primary that hangs: ZooKeeper's time-out decides, and what comes on top is ours. */
export async function measureHangs(driver: 'console' | 'node', runs: number): Promise<Figure[]> {
  const hangs = String(Math.min(runs, MOST_HANGS));
  const options = ['--driver', driver, '--session-timeout', String(SESSION_TIMEOUT_MS), '--runs', hangs];
  const report = await drill(['--fault', 'hang-primary', ...options]);
  const name = `outage-hang-${driver}-max`;
  if (report === undefined) return [figure(name, null, null, 'the drill does not know these options')];
  const outages = report.runs.flatMap((run) => run.outageMs ?? []);
  const limitMs = SESSION_TIMEOUT_MS + TICK_MS + HANG_ALLOWANCE_MS;
  const note = `${noteOf(report)}; time-out ${SESSION_TIMEOUT_MS} ms, one tick of ${TICK_MS} ms, ${HANG_ALLOWANCE_MS} ms`;
  return [figure(name, Math.max(0, ...outages), limitMs, note)];
}

/** The outage of planned switchovers. */
export async function measurePlanned(runs: number): Promise<Figure[]> {
  const name = 'outage-planned-median';
  const report = await drill(['--planned', '--runs', String(runs), '--write-rate', '2000']);
  if (report === undefined) return [figure(name, null, PLANNED_TARGET_MS, 'the drill has no planned switchover')];
  const outages = report.runs.flatMap((run) => run.outageMs ?? []);
  return [figure(name, quantile(outages, 0.5), PLANNED_TARGET_MS, noteOf(report))];
}

/** Undefined: it does not know the options. */
async function drill(options: readonly string[]): Promise<DrillReport | undefined> {
  const child = spawn(process.execPath, ['src/main/drill.ts', ...options, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const said = await text(child.stdout);
  return (await ended) === WRONG_OPTIONS ? undefined : (JSON.parse(said) as DrillReport);
}

function noteOf(report: DrillReport): string {
  return report.ok ? `${report.runs.length} runs` : 'not every run did what it must';
}

function figure(name: string, value: number | null, target: number | null, note: string): Figure {
  return { name, unit: 'ms', value: value === null ? null : tenths(value), target, note };
}
