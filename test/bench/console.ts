import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { sleep, systemClock, withDeadline } from '#core/clock';
import { type Figure, tenths } from './figure.ts';

const root = resolve(import.meta.dirname, '../..');
const SETTLE_MS = 15_000;
const MEASURE_MS = 20_000;
const CPU_TARGET_PERCENT = 2;
const RSS_TARGET_MB = 200;

/** What the console process costs while nothing happens: served shell, practice pair on, no browser. */
export async function measureConsole(): Promise<Figure[]> {
  if (process.platform !== 'linux') throw new Error('read from /proc, which only Linux has');
  const built = join(root, 'out/main/web.js');
  const entry = existsSync(built) ? built : join(root, 'src/main/web.ts');
  const stateDirectory = mkdtempSync(join(tmpdir(), 'kuantu-bench-'));
  const args = [entry, '--no-open', '--practice', '--port', '0', '--state-dir', stateDirectory];
  const shell = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => shell.once('exit', done));
  try {
    return await measure(shell, existsSync(built) ? 'built' : 'from source');
  } finally {
    shell.kill('SIGTERM');
    await withDeadline(systemClock, 10_000, 'the console', ended).catch(() => shell.kill('SIGKILL'));
    rmSync(stateDirectory, { recursive: true, force: true });
  }
}

async function measure(shell: ChildProcess, how: string): Promise<Figure[]> {
  const { stdout, pid } = shell;
  if (!stdout || pid === undefined) throw new Error('the console did not start');
  const serving = new Promise((done) => createInterface({ input: stdout }).once('line', done));
  await withDeadline(systemClock, 30_000, 'the console', serving);
  await sleep(systemClock, SETTLE_MS);
  const before = ticks(pid);
  const beganMs = systemClock.monotonicMs();
  await sleep(systemClock, MEASURE_MS);
  const seconds = (systemClock.monotonicMs() - beganMs) / 1_000;
  const cpuPercent = ((ticks(pid) - before) / ticksPerSecond() / seconds) * 100;
  const note = `${how}, practice pair on, embedded ZooKeeper in the process, over ${Math.round(seconds)} s`;
  return [
    { name: 'console-cpu', unit: '% of one core', value: tenths(cpuPercent), target: CPU_TARGET_PERCENT, note },
    { name: 'console-rss', unit: 'MB', value: tenths(residentKb(pid) / 1024), target: RSS_TARGET_MB, note },
  ];
}

/** User and system time of the process, in clock ticks: fields 14 and 15 of its stat line. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
}

function ticksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}
