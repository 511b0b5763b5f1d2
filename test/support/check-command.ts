import { writeFileSync } from 'node:fs';
import { systemClock, systemRandom } from '#core/clock';
import { parseCheckArguments, runCheckCommand } from '#main/check-command';
import type { RemountJson } from '../../src/main/check-command/remount.ts';
import type { CheckReport, JsonReport } from '../../src/main/check-command/report.ts';
import { type ProgramRun, runProgram } from './program.ts';

/** The command as a user runs it. */
export function runCheck(...args: string[]): Promise<ProgramRun> {
  return runProgram('src/main/check.ts', args);
}

/** A configuration file of one pair, `p`. */
export function writeConfig(file: string, zookeeper: string, instances: readonly unknown[], pair: object = {}): string {
  const pairs = [{ id: 'p', system: 'test', node: 'mt', instances, ...pair }];
  const zooKeeper = { connectString: zookeeper, sessionTimeoutMs: 4_000 };
  const environments = [{ id: 'e', name: 'E', zookeeper: zooKeeper, pairs }];
  writeFileSync(file, JSON.stringify({ version: 1, environments }));
  return file;
}

/** What `--json` printed, with the exit code. */
export interface JsonRun extends JsonReport {
  code: number | null;
  /** The check of an id at a host. Throws where there is none. */
  check(id: string, host: string): CheckReport;
}

/** The remount of an instance's mount, made in this process. */
export function remountJson(
  config: string,
  instance: string,
  ...more: string[]
): Promise<RemountJson & { code: number }> {
  return run<RemountJson>(config, ['--remount', instance, ...more]);
}

async function run<T>(config: string, more: readonly string[]): Promise<T & { code: number }> {
  const parsed = parseCheckArguments(['--config', config, '--pair', 'p', '--json', ...more]);
  if (parsed.kind !== 'run') throw new Error('wrong arguments');
  const passwords = { place: async () => 'none', get: async () => null };
  const time = { clock: systemClock, random: systemRandom };
  const deps = { ...time, env: process.env, passwords, locale: 'en' as const, ask: undefined };
  const { code, out, trouble } = await runCheckCommand(parsed.options, deps);
  if (!out.startsWith('{')) throw new Error(`no report, exit code ${code}: ${trouble}${out}`);
  return { ...(JSON.parse(out) as T), code };
}

/** The checks of the pair `p`, made in this process: quicker than the command, and the same. */
export async function checkJson(config: string, ...more: string[]): Promise<JsonRun> {
  const { code, ...report } = await run<JsonReport>(config, more);
  return {
    ...report,
    code,
    check(id, host) {
      const found = report.checks.find((each) => each.id === id && each.host === host);
      if (!found) throw new Error(`no check ${id} at ${host}`);
      return found;
    },
  };
}
