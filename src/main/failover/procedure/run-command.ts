import { sleep } from '#core/clock';
import type { CommandEnd } from '#main/commands';
import {
  type CommandConfig,
  type CommandPurpose,
  type CommandRun,
  fillCommand,
  type Message,
  message,
  type StepName,
} from '#shared/domain';
import { commandValues, runOf } from '../facts/commands.ts';
import { factsOf } from '../facts/facts.ts';
import type { SwitchoverRun } from './run.ts';
import { guard, timeouts } from './step-tools.ts';

/** A command that a step runs for the old instance, until it succeeds or is not needed any more. */
export interface CommandTask {
  step: StepName;
  purpose: CommandPurpose;
  command: CommandConfig;
  /** At most so often; it may have been run before, by another console. */
  tries: number;
  deadlineMs: number;
  /** Asked anew at every change: a run under way is ended as soon as this holds. */
  enough: () => boolean;
}

/**
 * Runs a command of the old instance, again and again where it fails, and records each run. Before each the lock is
 * asked for in ZooKeeper. True once it ended with 0. Throws {@link StepFailure} without the lock.
 */
export async function runUntilDone(run: SwitchoverRun, task: CommandTask): Promise<boolean> {
  const { clock, stopping } = run.ports;
  for (let tries = 1; ; tries++) {
    if (task.enough() || stopping.aborted) return false;
    const done = await runOnce(run, task);
    if (done || stopping.aborted) return done;
    const { commandRetryMs, longestCommandRetryMs } = timeouts(run);
    const waitMs = Math.min(longestCommandRetryMs, commandRetryMs * 2 ** (tries - 1));
    const leftMs = task.deadlineMs - clock.monotonicMs();
    const unfit = runOf(run.record, task.purpose)?.outcome === 'unfit';
    if (unfit || tries >= task.tries || waitMs >= leftMs || task.enough()) return false;
    await waitOrEnough(run, waitMs, task.enough);
  }
}

async function runOnce(run: SwitchoverRun, { step, purpose, command, deadlineMs, enough }: CommandTask) {
  const { clock } = run.ports;
  // The token is an argument too: without the lock there is none.
  await guard(run, step);
  const filled = filledCommand(run, command);
  if (!filled.ok) {
    record(run, step, purpose, { outcome: 'unfit', output: `{${filled.placeholder}} ${filled.why}` });
    return false;
  }
  const beganMs = clock.monotonicMs();
  record(run, step, purpose, { outcome: 'running', startedAtMs: clock.wallMs(), tookMs: null, again: true });
  const timeoutMs = Math.max(1, Math.min(command.timeoutMs, deadlineMs - beganMs));
  const end = await runWhileNeeded(run, filled.arguments, timeoutMs, enough);
  // Cut off with the console: the record goes on saying that it runs, and whoever leads next runs it again.
  if (run.ports.stopping.aborted) return false;
  const tookMs = Math.max(0, Math.round((clock.monotonicMs() - beganMs) * 10) / 10);
  record(run, step, purpose, { ...resultOf(end), tookMs });
  return end.kind === 'exit' && end.exitCode === 0;
}

function filledCommand(run: SwitchoverRun, command: CommandConfig) {
  const { from, to, operationId, fromIncarnation, fromProcess = null, epochAfter, epochBefore } = run.record;
  const commands = from === null ? undefined : factsOf(run.ports.facts(), from)?.commands;
  const occasion = {
    ...{ to, operationId, fromIncarnation, fromProcess, planned: run.planned },
    epoch: epochAfter ?? epochBefore + 1,
    token: run.ports.token(),
  };
  return fillCommand(command.arguments, commandValues(commands ?? { given: {} }, occasion));
}

/** Ends it where it is not needed any more, or where the console stops or may not act any more: the next one runs it. */
async function runWhileNeeded(
  { ports }: SwitchoverRun,
  command: readonly string[],
  timeoutMs: number,
  enough: () => boolean,
): Promise<CommandEnd> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const stop = ports.onFacts(() => {
    if (enough() || !ports.mayAct()) end();
  });
  ports.stopping.addEventListener('abort', end, { once: true });
  try {
    return await ports.runCommand(command, { timeoutMs, signal: ending.signal });
  } finally {
    stop();
    ports.stopping.removeEventListener('abort', end);
  }
}

async function waitOrEnough(run: SwitchoverRun, waitMs: number, enough: () => boolean): Promise<void> {
  const { clock, stopping, onFacts } = run.ports;
  const awake = new AbortController();
  const wake = () => awake.abort();
  const stop = onFacts(() => {
    if (enough()) wake();
  });
  stopping.addEventListener('abort', wake, { once: true });
  await sleep(clock, waitMs, awake.signal);
  stop();
  stopping.removeEventListener('abort', wake);
}

function resultOf(end: CommandEnd): Pick<CommandRun, 'outcome' | 'exitCode' | 'output'> {
  switch (end.kind) {
    case 'exit':
      return { outcome: end.exitCode === 0 ? 'ok' : 'failed', exitCode: end.exitCode, output: end.output };
    case 'signal':
      return { outcome: 'failed', exitCode: null, output: `${end.signal}\n${end.output}`.trim() };
    case 'not-started':
      return { outcome: 'not-started', exitCode: null, output: end.reason };
    default:
      return { outcome: end.kind, exitCode: null, output: end.output };
  }
}

/** Whether the last beat to the old instance was answered: what fails from now on may be the command's doing. */
function answers({ ports, record: { from } }: SwitchoverRun): boolean {
  const network = from === null ? undefined : factsOf(ports.facts(), from)?.ledger.network;
  return network !== undefined && network.lastAnswer !== null && network.failingSinceMs === null;
}

/** Puts what became of a run into the record, and into the step's own words. */
function record(
  run: SwitchoverRun,
  step: StepName,
  purpose: CommandPurpose,
  { again = false, ...change }: Partial<CommandRun> & { again?: boolean },
): void {
  const before = runOf(run.record, purpose);
  const empty = { exitCode: null, output: '', startedAtMs: run.ports.clock.wallMs(), tookMs: null, runs: 0 };
  const next: CommandRun = {
    ...{ purpose, instance: run.record.from ?? '', outcome: 'running' as const, ...empty, ...before, ...change },
    runs: (before?.runs ?? 0) + (again ? 1 : 0),
    ...(before ? {} : { answered: answers(run) }),
  };
  const others = (run.record.commands ?? []).filter((one) => one.purpose !== purpose);
  run.change({ commands: [...others, next] });
  run.note(step, commandMessage(next));
}

/** What became of a command, in words. */
export function commandMessage({ purpose, instance, outcome, exitCode, output, runs }: CommandRun): Message {
  const params = { instance, runs, exitCode: exitCode ?? '–', output: output.slice(0, 900) || '–' };
  return message(`failover.command.${purpose}.${outcome}`, params);
}
