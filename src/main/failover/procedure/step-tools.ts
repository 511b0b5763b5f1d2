import { sleep, type Timer } from '#core/clock';
import { type Message, message, type StepName, type Timeouts } from '#shared/domain';
import { StepFailure } from './ports.ts';
import type { SwitchoverRun } from './run.ts';

/** What the steps of a switchover have in common. */

/** Between questions to a target that is not ready yet, or did not answer. */
export const ASK_AGAIN_MS = 50;

/** As the policy has them now. */
export function timeouts(run: SwitchoverRun): Timeouts {
  return run.ports.facts().timeouts;
}

/** A step of the instance to be promoted did not succeed; `certain`: and surely had no effect. */
export function failed(run: SwitchoverRun, step: StepName, why: Message, certain = true): StepFailure {
  return new StepFailure(step, run.record.to, why, certain);
}

/** Before an effect outside ZooKeeper the lock is asked for there; the route's own changes carry the check with them. */
export async function guard(run: SwitchoverRun, step: StepName): Promise<void> {
  const isHeld = run.ports.mayAct() && (await run.ports.confirmLock());
  if (!isHeld) throw failed(run, step, message('failover.lockLost'), false);
  const { broken } = run.ports.facts();
  // An operator has been shown it before: what they begin is what ends it.
  if (broken && run.record.trigger === 'automatic') throw failed(run, step, broken.said, false);
}

/**
 * Who has to be out before anybody is promoted. Throws {@link StepFailure} where the record names nobody: a console writes
 * no such record, and what would be promoted by it could serve beside somebody else.
 */
export function oldOf(run: SwitchoverRun, step: StepName): string {
  const { from } = run.record;
  if (from === null) throw failed(run, step, message('failover.recordWithoutOld'));
  return from;
}

/** Whether the route was closed for this switchover already, by the console that left it. */
export function isClosed({ resumed, ports, record }: SwitchoverRun): boolean {
  if (!resumed) return false;
  return record.epochAfter !== null || ports.facts().route?.operationId === record.operationId;
}

/** Whether the switchover's record is in ZooKeeper as it is by now; what could not be written is written anew. */
export async function recordStands({ ports, record }: SwitchoverRun, timeoutMs: number): Promise<boolean> {
  const { clock, stopping } = ports;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  while (!(await ports.recordWritten())) {
    if (stopping.aborted || clock.monotonicMs() >= deadlineMs) return false;
    await sleep(clock, ASK_AGAIN_MS, stopping);
    if (ports.mayAct()) ports.writeRecord(record);
  }
  return true;
}

/** Resolves as soon as the condition holds, asked anew at every change of the facts; false when time is up. */
export function waitUntil({ ports }: SwitchoverRun, timeoutMs: number, holds: () => boolean): Promise<boolean> {
  const { clock, stopping } = ports;
  if (holds()) return Promise.resolve(true);
  if (stopping.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    let timer: Timer | undefined;
    const finish = (outcome: boolean) => {
      timer?.cancel();
      stop();
      stopping.removeEventListener('abort', giveUp);
      resolve(outcome);
    };
    const giveUp = () => finish(false);
    const stop = ports.onFacts(() => {
      if (holds()) finish(true);
    });
    stopping.addEventListener('abort', giveUp, { once: true });
    timer = clock.setTimer(timeoutMs, () => finish(holds()));
  });
}
