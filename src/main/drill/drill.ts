import type { Log } from '#core/logging';
import { PracticeError } from '#main/practice';
import { type Message, message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { DrillOptions } from './arguments.ts';
import type { DrillDeps } from './deps.ts';
import { lookAtPlan } from './planned-script.ts';
import { type DrillReport, type DryRunReport, drillReport, type RunReport } from './report.ts';
import { makeRun } from './run.ts';
import { expectationKeys } from './scenarios.ts';
import { type Closing, type Stage, setStage } from './stage.ts';
import { wholePair } from './whole-pair.ts';

export interface Drill {
  /** Makes the runs; never rejects: what goes wrong is in the report. */
  run(): Promise<DrillReport>;
  /** Ends everything that was started; may be called at any time, also in the middle of a run. */
  close(): Promise<void>;
}

/**
 * A drill: a practice pair is broken as often as asked for, and each time what must happen is compared with what did.
 * `progress` is told what goes on, a line each, in the given language.
 */
export function createDrill(
  options: DrillOptions,
  deps: DrillDeps,
  { locale, progress }: { locale: Locale; progress: (line: string) => void },
): Drill {
  const closing: Closing = [];
  const say = (key: string, params: Record<string, string | number> = {}) =>
    sentence(locale, message(`practice.drill.${key}`, params));
  let closed: Promise<void> | undefined;
  let dryRun: DryRunReport | undefined;

  const close = () => {
    closed ??= closeAll(closing, deps.log);
    return closed;
  };

  async function makeRuns(runs: RunReport[]): Promise<string> {
    progress(say('starting', { fault: options.fault, driver: options.driver }));
    const stage = await setStage(options, deps, { say: (said: Message) => sentence(locale, said), closing });
    if (options.dryRun) {
      dryRun = await lookAtPlan(stage, (await wholePair(stage)).standby);
      return stage.zookeeper.name;
    }
    for (let index = 0; index < options.runs; index++) {
      const { report, failures } = await makeRun(stage, index, runs.at(-1)?.epochAfter ?? null);
      runs.push({ ...report, failures: failures.map((failure) => sentence(locale, failure)) });
      progress(say(report.ok ? 'runOk' : 'runFailed', runParams(index, options.runs, report)));
      for (const failure of failures) progress(`  ${sentence(locale, failure)}`);
      if (index + 1 < options.runs) await repair(stage);
    }
    return stage.zookeeper.name;
  }

  async function run(): Promise<DrillReport> {
    const runs: RunReport[] = [];
    const expectation = expectationKeys(options)
      .map((key) => sentence(locale, message(key)))
      .join(' ');
    let zookeeper = options.zookeeper.kind === 'address' ? options.zookeeper.connectString : options.zookeeper.kind;
    let problem: string | undefined;
    progress(expectation);
    try {
      zookeeper = await makeRuns(runs);
    } catch (error) {
      problem = reasonOf(error, locale);
      // Once closed from outside, whatever was under way ends in some error that says nothing.
      if (closed === undefined) progress(say('problem', { reason: problem }));
    } finally {
      await close();
    }
    const { fault, driver, syncMode, writeRate } = options;
    return drillReport({ fault, driver, zookeeper, syncMode, writeRate, expectation }, runs, { problem, dryRun });
  }

  return { run, close };
}

function reasonOf(error: unknown, locale: Locale): string {
  if (error instanceof PracticeError) return sentence(locale, error.detail);
  return error instanceof Error ? error.message : String(error);
}

/** Brings back what the fault ended or took away. */
async function repair({ practice, consoles }: Stage): Promise<void> {
  await consoles.start();
  for (const { name, state, faults } of practice.view().instances) {
    if (faults.includes('remount')) await practice.fault(name, 'remount');
    if (state === 'hung') await practice.fault(name, 'resume');
    if (state === 'stopped') await practice.fault(name, 'restart');
  }
}

/** The last started first; what cannot be closed keeps nothing else from being closed. */
async function closeAll(closing: Closing, log: Log): Promise<void> {
  for (let close = closing.pop(); close; close = closing.pop())
    await close().catch((error: unknown) => log.error('a part of the drill did not close cleanly', { error }));
}

function runParams(index: number, runs: number, report: Pick<RunReport, 'outageMs' | 'detectMs' | 'epochAfter'>) {
  return {
    run: index + 1,
    runs,
    outage: report.outageMs === null ? '–' : report.outageMs,
    detect: report.detectMs === null ? '–' : report.detectMs,
    epoch: report.epochAfter === null ? '–' : report.epochAfter,
  };
}
