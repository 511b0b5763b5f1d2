import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../simulation/faults/index.ts';
import { settingOf } from '../../simulation/setting.ts';

const main = resolve(import.meta.dirname, '../../simulation/main.ts');

async function simulate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number>((done) => child.once('exit', (value) => done(value ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

describe('npm run simulate', () => {
  it('runs seeds on several threads and adds them up', async () => {
    const { code, out } = await simulate('--seeds', '3', '--first-seed', '40', '--hours', '0.02', '--json');
    const report = JSON.parse(out);
    expect(report).toMatchObject({ seeds: 3, firstSeed: 40, violations: [] });
    expect(code).toBe(0);
    expect(report.virtualHours).toBeGreaterThanOrEqual(0.06);
    const pairs = [40, 41, 42].map((seed) => settingOf(seed).pairs);
    expect(new Set(pairs).size).toBe(2);
    expect(report.pairHours).toBeGreaterThanOrEqual(0.02 * pairs.reduce((sum, each) => sum + each, 0));
    expect(report.pairHours).toBeGreaterThan(report.virtualHours);
    expect(report.events).toBeGreaterThan(1_000);
    expect(Object.keys(report.faults).sort()).toEqual([...FAULT_KINDS].sort());
    expect(report.liveness.served).toBe(report.liveness.rounds);
    expect(report.liveness.worstMs).toBeGreaterThanOrEqual(report.liveness.medianMs);
  });

  it('replays a seed to the same trace hash', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => simulate('--seed', '41', '--hours', '0.02')));
    const hash = /^trace ([0-9a-f]{16})$/m.exec(first?.out ?? '')?.[1];
    expect(hash).toBeDefined();
    expect(second?.out).toContain(`trace ${hash}`);
  });

  it('says what is wrong in one line, and ends with 2', async () => {
    const { code, out, err } = await simulate('--seeds', 'many');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^simulate: .*\n$/);
  });
});
