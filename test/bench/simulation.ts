import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '#core/clock';
import { type Figure, tenths } from './figure.ts';

const root = resolve(import.meta.dirname, '../..');
/**
 * As many as are run to prove the engine (docs/simulation.md). The start and the first seeds of each thread, whose code is
 * not compiled yet, count for little among so many.
 */
const SEEDS = 500;
const HOURS = 0.4;
const TARGET_HOURS_PER_MINUTE = 200;

/** Virtual hours of pairs that the simulation gets through in a minute, its start included. */
export async function measureSimulation(): Promise<Figure[]> {
  const args = ['test/simulation/main.ts', '--seeds', String(SEEDS), '--hours', String(HOURS), '--json'];
  const beganMs = systemClock.monotonicMs();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  const said = await text(child.stdout);
  const minutes = (systemClock.monotonicMs() - beganMs) / 60_000;
  const { virtualHours, pairHours, nightHours, violations } = JSON.parse(said) as {
    virtualHours: number;
    pairHours: number;
    nightHours: number;
    violations: unknown[];
  };
  return [
    {
      name: 'simulation',
      unit: 'virtual pair-hours a minute',
      value: tenths(pairHours / minutes),
      target: TARGET_HOURS_PER_MINUTE,
      atLeast: true,
      note: `${SEEDS} seeds of ${HOURS} h: ${tenths(virtualHours)} h of sites with one pair or two, ${tenths(nightHours)} h of them by night, ${violations.length} violations`,
    },
  ];
}
