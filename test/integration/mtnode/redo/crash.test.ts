import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../../..');

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/crash/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run test:crash', () => {
  it('finds every case as it must be, and says so as JSON', () => {
    const { status, stdout } = run('--cases', '60', '--seed', '20260105', '--json');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ cases: 60, seed: 20260105, violations: [] });
    expect(report.recovered + report.refused).toBe(60);
    expect(report.recovered).toBeGreaterThan(5);
    expect(report.refused).toBeGreaterThan(5);
    expect(status).toBe(0);
  });

  it('makes one case again', () => {
    const one = run('--seed', '5', '--case', '7', '--json');
    expect(JSON.parse(one.stdout)).toMatchObject({ cases: 1, seed: 5 });
    expect(run('--seed', '5', '--case', '7', '--json').stdout).toBe(one.stdout);
  });

  it.each([['--cases', '0'], ['--cases', 'many'], ['--seed', '-1'], ['--seed'], ['--fast']])(
    'refuses %s %s',
    (...args) => {
      const { status, stderr, stdout } = run(...args.filter((arg) => arg !== undefined));
      expect(status).toBe(2);
      expect(stderr).toContain('usage:');
      expect(stdout).toBe('');
    },
  );
});
