import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DrillReport } from '#main/drill';
import { type Figure, quantile } from './figure.ts';

const root = resolve(import.meta.dirname, '../..');
const MEDIAN_TARGET_MS = 300;

/** The outage that clients see when the primary is killed, out of the drill's own report. */
export async function measureOutages(zookeeper: 'embedded' | 'apache', runs: number): Promise<Figure[]> {
  const args = ['src/main/drill.ts', '--fault', 'kill-primary', '--runs', String(runs), '--json'];
  const child = spawn(process.execPath, [...args, '--zookeeper', zookeeper], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const report = JSON.parse(await text(child.stdout)) as DrillReport;
  const name = `outage-${zookeeper}`;
  const note = report.ok ? `${report.runs.length} runs` : 'not every run did what it must';
  const { outageMs } = report;
  const detect = report.runs.flatMap((run) => run.detectMs ?? []);
  const promote = report.runs.flatMap((run) => run.promoteMs ?? []);
  const errors = report.runs.flatMap((run) => run.outageErrorMs ?? []);
  const figure = (what: string, value: number | null, target: number | null): Figure => ({
    name: `${name}-${what}`,
    unit: 'ms',
    value,
    target,
    note,
  });
  return [
    figure('median', outageMs?.median ?? null, MEDIAN_TARGET_MS),
    figure('min', outageMs?.min ?? null, null),
    figure('max', outageMs?.max ?? null, null),
    figure('error-max', Math.max(0, ...errors), null),
    figure('detect-median', quantile(detect, 0.5), null),
    figure('promote-median', quantile(promote, 0.5), null),
  ];
}
