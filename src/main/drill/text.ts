import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { ConsolesReport, DrillReport, DryRunReport, FindingReport, RunReport } from './report.ts';

/** The report for a person, in the given language. */
export function reportText(report: DrillReport, locale: Locale): string {
  const say = (key: string, params: Record<string, string | number> = {}) =>
    sentence(locale, message(`practice.drill.${key}`, params));
  const { fault, driver, zookeeper, outageMs } = report;
  const lines = [
    say('title', { fault, driver, zookeeper }),
    report.expectation,
    ...report.runs.flatMap((run, index) => runLines(run, index, say)),
  ];
  if (report.dryRun) lines.push(...dryRunLines(report.dryRun, say));
  if (outageMs) lines.push(say('outages', outageMs));
  if (report.problem !== undefined) lines.push(say('problem', { reason: report.problem }));
  lines.push(say(report.ok ? 'ok' : 'notOk'));
  return `${lines.join('\n')}\n`;
}

type Say = (key: string, params?: Record<string, string | number>) => string;

function dryRunLines({ from, to, plan, checks, refusal, znodes, znodesChanged }: DryRunReport, say: Say): string[] {
  const limit = (timeoutMs: number | null) => (timeoutMs === null ? '' : say('atMost', { seconds: timeoutMs / 1_000 }));
  return [
    say('dryRun', { from: from ?? '–', to }),
    ...plan.map(({ step, does, timeoutMs }, index) => `  ${index + 1}. ${step}: ${does}${limit(timeoutMs)}`),
    ...checks.map(({ id, result, found }) => `  ${result} ${id}: ${found}`),
    ...(refusal === null ? [] : [`  ${refusal}`]),
    znodesChanged.length === 0
      ? say('znodesUnchanged', { count: znodes })
      : say('znodesChanged', { paths: znodesChanged.join(', ') }),
  ];
}

function runLines(run: RunReport, index: number, say: Say): string[] {
  const shown = (value: number | string | null) => value ?? '–';
  const lines = [
    say('run', {
      run: index + 1,
      primaryBefore: run.primaryBefore,
      primaryAfter: shown(run.primaryAfter),
      epochBefore: run.epochBefore,
      epochAfter: shown(run.epochAfter),
      outage: shown(run.outageMs),
      error: shown(run.outageErrorMs),
      detect: shown(run.detectMs),
      promote: shown(run.promoteMs),
      zombie: run.zombieServed,
    }),
  ];
  const steps = run.steps.map(({ name, tookMs, result }) =>
    result === 'skipped' ? `${name} ${result}` : `${name} ${result} ${tookMs} ms`,
  );
  if (steps.length > 0) lines.push(`  ${steps.join(' · ')}`);
  if (run.finding) lines.push(...findingLines(run.finding, say).map((line) => `  ${line}`));
  if (run.consoles) lines.push(`  ${consolesLine(run.consoles, say)}`);
  const replies = Object.entries(run.replies).map(([name, count]) => `${name} ${count}`);
  lines.push(`  ${replies.join(' · ')}`);
  return [...lines, ...[...dataLines(run, say), ...run.failures].map((line) => `  ${line}`)];
}

function findingLines({ console, key, says, why }: FindingReport, say: Say): string[] {
  return [
    say('finding', { console, key, says }),
    ...why.map((one) => say('findingWhy', { key: one.key, says: one.says })),
  ];
}

function consolesLine(
  { count, acting, killed, finishedBy, finishedAfterMs, askedAgain }: ConsolesReport,
  say: Say,
): string {
  if (!killed) return say('consoles', { count, acting: acting ?? '–' });
  const params = { ...killed, finishedBy: finishedBy ?? '–', finishedAfter: finishedAfterMs ?? '–', count };
  return say(askedAgain ? 'consoleKilledAsked' : 'consoleKilled', params);
}

function dataLines({ writes, database, sync, promotion }: RunReport, say: Say): string[] {
  const lines: string[] = [];
  if (writes) lines.push(say('writes', { ...writes }));
  if (database) {
    const { drained, reason, ...figures } = database;
    lines.push(say(drained ? 'database' : 'databaseNotDrained', figures));
    if (reason !== null) lines.push(say('databaseReason', { reason }));
  }
  if (sync?.state === 'failed') lines.push(say('syncFailed', { reason: sync.reason ?? '–' }));
  if (!promotion) return lines;
  const { refused, forced, lossBound, lost, reason, aside } = promotion;
  if (refused) lines.push(say('refused', { bound: lossBound ?? '–', reason: reason ?? '–' }));
  if (forced) lines.push(say('forced', { lost: lost ?? '–' }));
  if (aside) lines.push(say('aside', aside));
  return lines;
}
