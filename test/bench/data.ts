import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Figure, tenths } from './figure.ts';

const root = resolve(import.meta.dirname, '../..');
const RECORDS = 1_000_000;
/** A dat is made every 200,000 records: so much redo is there beside it at most. */
const DAT_LSN = 800_000;
const WRITES_TARGET = 20_000;
const REPLAY_TARGET = 200_000;
const LOAD_TARGET_S = 5;
const RSS_TARGET_MB = 500;

interface WriteResult {
  perSecond: number;
  together: number;
  plainPerSecond: number;
  limitPerSecond: number;
}

interface LoadResult {
  openMs: number;
  loadMs: number;
  longestTurnMs: number;
  orders: number;
  peakRssMb: number;
}

type FollowResult = Pick<LoadResult, 'loadMs' | 'orders' | 'peakRssMb'>;

/**
 * What redo costs: acknowledged writes and replayed records a second, and a million records loaded as at a promotion.
 * Ratios are to a plain loop of append and fdatasync on the same disk in the same run.
 */
export async function measureData(): Promise<Figure[]> {
  // On the project's own disk: a temporary folder may be in memory, where forcing costs nothing.
  const folder = mkdtempSync(join(root, 'node_modules', '.bench-data-'));
  try {
    const written = await child<WriteResult>('write', join(folder, 'write'));
    await child('fill', join(folder, 'load'), String(RECORDS));
    const replayed = await child<LoadResult>('load', join(folder, 'load'));
    const followed = await child<FollowResult>('follow', join(folder, 'follow'), join(folder, 'load'));
    await child('fill', join(folder, 'load'), String(RECORDS), String(DAT_LSN));
    const loaded = await child<LoadResult>('load', join(folder, 'load'));
    return [...writes(written), ...replays(replayed, written), ...loads(loaded, written), ...follows(followed)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function child<T>(...args: string[]): Promise<T> {
  const script = join(import.meta.dirname, 'data-child.ts');
  const running = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(running.stdout)) as T;
}

function writes({ perSecond, together, plainPerSecond, limitPerSecond }: WriteResult): Figure[] {
  const note = `acknowledged to 512 clients, network and standby apart; ${tenths(together)} forced to disk together`;
  const alone = `a plain loop forces ${Math.round(plainPerSecond)} a second one by one`;
  const limit = `and ${Math.round(limitPerSecond)} a second so many together: the limit`;
  return [
    { name: 'redo-writes', unit: '/s', value: Math.round(perSecond), target: WRITES_TARGET, atLeast: true, note },
    {
      name: 'redo-writes-to-plain',
      unit: 'times',
      value: tenths(perSecond / plainPerSecond),
      target: null,
      note: alone,
    },
    {
      name: 'redo-writes-to-limit',
      unit: 'times',
      value: hundredths(perSecond / limitPerSecond),
      target: null,
      note: limit,
    },
  ];
}

function replays({ loadMs, orders, peakRssMb }: LoadResult, { limitPerSecond }: WriteResult): Figure[] {
  const perSecond = (orders / loadMs) * 1_000;
  const note = `${orders} records, all from redo, peak ${Math.round(peakRssMb)} MB`;
  const ratio = hundredths(perSecond / limitPerSecond);
  return [
    { name: 'redo-replay', unit: '/s', value: Math.round(perSecond), target: REPLAY_TARGET, atLeast: true, note },
    {
      name: 'redo-replay-to-limit',
      unit: 'times',
      value: ratio,
      target: null,
      note: 'the plain loop’s records a second',
    },
  ];
}

function loads({ loadMs, openMs, orders, longestTurnMs, peakRssMb }: LoadResult, written: WriteResult): Figure[] {
  const note = `${orders} orders, ${DAT_LSN} of them from a dat; no turn above ${Math.round(longestTurnMs)} ms`;
  const ratio = hundredths(((orders / loadMs) * 1_000) / written.limitPerSecond);
  const opening = `before it, a restart opens and checks the log in ${tenths(openMs / 1_000)} s`;
  return [
    { name: 'promotion-load', unit: 's', value: hundredths(loadMs / 1_000), target: LOAD_TARGET_S, note },
    { name: 'promotion-load-to-limit', unit: 'times', value: ratio, target: null, note: opening },
    {
      name: 'promotion-memory',
      unit: 'MB',
      value: Math.round(peakRssMb),
      target: RSS_TARGET_MB,
      note: 'peak, resident',
    },
  ];
}

function follows({ loadMs, orders, peakRssMb }: FollowResult): Figure[] {
  const note = `${orders} orders that a standby has taken in before`;
  return [
    { name: 'promotion-load-warm', unit: 's', value: hundredths(loadMs / 1_000), target: LOAD_TARGET_S, note },
    { name: 'standby-memory', unit: 'MB', value: Math.round(peakRssMb), target: RSS_TARGET_MB, note: `${note}, peak` },
  ];
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
