import type { Clock, Random } from '#core/clock';
import { createNodeSight, createRecordsSight, LookEnded, runPairChecks } from '#main/checks';
import { openEnvironmentStore } from '#main/environments';
import { createHosts, HostAccessError, type Hosts, type PasswordSource } from '#main/hosts';
import { type Message, message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { CheckCommandOptions } from './arguments.ts';
import { type ChosenPair, choosePair } from './pair.ts';
import { type Ask, NotConfigured, remountAsked, remountJson, remountText } from './remount.ts';
import { exitCode, jsonReport, textReport } from './report.ts';

export const CHECK_EXIT = { ok: 0, failed: 1, unknown: 2, wrong: 3 } as const;

export interface CheckCommandDeps {
  clock: Clock;
  random: Random;
  env: NodeJS.ProcessEnv;
  passwords: PasswordSource;
  locale: Locale;
  ask: Ask;
}

/** What to print and how to end. */
export interface CheckCommandOutcome {
  out: string;
  /** For standard error: one line. */
  trouble: string;
  code: number;
}

/** Runs the command; never rejects for what the configuration or a server does. */
export async function runCheckCommand(
  options: CheckCommandOptions,
  deps: CheckCommandDeps,
): Promise<CheckCommandOutcome> {
  const chosen = await configuredPair(options, deps.locale);
  if ('line' in chosen) return { out: '', trouble: `${chosen.line}\n`, code: CHECK_EXIT.wrong };
  const { environment, pair } = chosen;
  if (options.remount !== undefined) return remountCommand(chosen, options.remount, options, deps);
  const hosts = hostsOf(options, deps);
  try {
    const report = await runPairChecks(environment, pair, {
      clock: deps.clock,
      hosts,
      node: createNodeSight(pair, deps.clock),
      records: createRecordsSight(environment, pair, deps),
    });
    const out = options.json
      ? `${JSON.stringify(jsonReport(pair.id, report))}\n`
      : textReport(pair.id, report, deps.locale);
    return { out, trouble: '', code: exitCode(report.checks, options.strict) };
  } finally {
    hosts.close();
  }
}

function hostsOf({ acceptNewHostKeys }: CheckCommandOptions, { clock, env, passwords }: CheckCommandDeps): Hosts {
  return createHosts({ clock, env, acceptNewHostKeys, passwords });
}

async function remountCommand(
  { pair }: ChosenPair,
  name: string,
  options: CheckCommandOptions,
  deps: CheckCommandDeps,
): Promise<CheckCommandOutcome> {
  const { locale } = deps;
  const instance = pair.instances.find((each) => each.name === name);
  if (!instance) {
    const names = pair.instances.map((each) => each.name).join(', ');
    const trouble = sentence(locale, message('check.remount.noInstance', { instance: name, names }));
    return { out: '', trouble: `check: ${trouble}\n`, code: CHECK_EXIT.wrong };
  }
  const hosts = hostsOf(options, deps);
  try {
    const answer = await remountAsked(hosts, { ...options, instance, locale, ask: deps.ask });
    const out = options.json ? `${JSON.stringify(remountJson(pair.id, name, answer))}\n` : remountText(answer, locale);
    return { out, trouble: '', code: REMOUNT_EXIT[answer.outcome] };
  } catch (error) {
    const ended = endOf(error);
    if (!ended) throw error;
    return { out: '', trouble: `check: ${sentence(locale, ended.why)}\n`, code: ended.code };
  } finally {
    hosts.close();
  }
}

/** Why a remount was not even begun; undefined: a defect. */
function endOf(error: unknown): { why: Message; code: number } | undefined {
  if (error instanceof NotConfigured) return { why: error.said, code: CHECK_EXIT.wrong };
  if (error instanceof LookEnded) return { why: error.finding.reason, code: CHECK_EXIT.unknown };
  if (!(error instanceof HostAccessError)) return undefined;
  return { why: error.said, code: error.problem === 'changed-key' ? CHECK_EXIT.failed : CHECK_EXIT.unknown };
}

const REMOUNT_EXIT = {
  planned: CHECK_EXIT.ok,
  done: CHECK_EXIT.ok,
  refused: CHECK_EXIT.failed,
  failed: CHECK_EXIT.failed,
  unknown: CHECK_EXIT.unknown,
  declined: CHECK_EXIT.failed,
  unasked: CHECK_EXIT.wrong,
} as const;

async function configuredPair(
  { config, pair }: CheckCommandOptions,
  locale: Locale,
): Promise<ChosenPair | { line: string }> {
  try {
    const store = await openEnvironmentStore(config, true);
    const problem = store.problem();
    if (problem) return { line: `check: ${sentence(locale, problem).replaceAll('\n', ' ')}` };
    return choosePair(store.list(), pair);
  } catch (error) {
    return { line: `check: ${error instanceof Error ? error.message : String(error)}` };
  }
}
