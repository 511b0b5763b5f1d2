import { sleep } from '#core/clock';
import { InvariantBroken, message } from '#shared/domain';
import { recordSaysOpened } from './opened.ts';
import { StepFailure, type SwitchoverPorts, type SwitchoverProgress } from './ports.ts';
import { SwitchoverRun, type SwitchoverTask } from './run.ts';
import { runSteps } from './steps.ts';

/** Waits between tries to write the last word about a switchover. */
const LAST_WORD_RETRY_MS = 200;
const LAST_WORD_TRIES = 10;

/**
 * Runs a switchover to its end. Never rejects: a step that fails ends it as `failed`, one whose outcome could not be
 * learnt as `unknown`; from the moment that the route is open it is `done`. One whose console stops is left `running`.
 * `told` hears of every change.
 */
export async function runSwitchover(
  task: SwitchoverTask,
  ports: SwitchoverPorts,
  told: (progress: SwitchoverProgress) => void,
): Promise<SwitchoverProgress> {
  const run = new SwitchoverRun(task, ports, told);
  try {
    await runSteps(run);
    run.change({ outcome: 'done', endedAtMs: ports.clock.wallMs() });
  } catch (error) {
    // The record goes on saying `running`: whoever leads next takes it up. What this console could not do means nothing.
    if (ports.stopping.aborted) return run.progress();
    const failure = error instanceof StepFailure ? error : unforeseen(run, error);
    if (!(error instanceof StepFailure))
      ports.log('warn', 'a switchover step failed unexpectedly', { reason: String(error) });
    const ended = failure.certain ? 'failed' : 'unknown';
    if (run.stepUnderWay() !== null) run.end(failure.step, ended, failure.said);
    // The new primary serves: what could not be done after that is told by its step.
    const outcome = recordSaysOpened(run.record) ? 'done' : ended;
    if (outcome !== 'done') run.fail(failure.said);
    run.change({ outcome, endedAtMs: ports.clock.wallMs() });
  }
  await writeLastWord(run);
  return run.progress();
}

function unforeseen(run: SwitchoverRun, error: unknown): StepFailure {
  const reason =
    error instanceof InvariantBroken
      ? error.said
      : message('failover.unforeseen', { reason: String(error).slice(0, 300) });
  return new StepFailure(run.stepUnderWay() ?? 'report', run.record.to, reason, false);
}

/** A record must not stay `running` for want of one write; a successor with the lock writes its own. */
async function writeLastWord(run: SwitchoverRun): Promise<void> {
  const { ports } = run;
  for (let attempt = 0; attempt < LAST_WORD_TRIES; attempt++) {
    if (await ports.recordWritten()) return;
    await sleep(ports.clock, LAST_WORD_RETRY_MS, ports.stopping);
    if (ports.stopping.aborted) break;
    if (ports.mayAct()) ports.writeRecord(run.record);
  }
  ports.log('warn', 'the end of a switchover could not be recorded in ZooKeeper', {
    operationId: run.record.operationId,
  });
}
