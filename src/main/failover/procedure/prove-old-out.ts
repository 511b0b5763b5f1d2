import { type Message, message } from '#shared/domain';
import { attestedOut } from '../facts/attestation.ts';
import { fenceHookOf, runOf, stopCommandOf } from '../facts/commands.ts';
import { factsOf, type InstanceFacts } from '../facts/facts.ts';
import { proofOldOut } from '../facts/proof.ts';
import { StepFailure } from './ports.ts';
import type { SwitchoverRun } from './run.ts';
import { commandMessage, runUntilDone } from './run-command.ts';
import { guard, oldOf, timeouts, waitUntil } from './step-tools.ts';

/**
 * Proves that the old primary serves no more. One of: it says so itself at the new epoch; its registration is gone; its
 * process is dead; its stop command or its fence hook succeeded; an operator has made sure. Where the hook is required
 * nothing takes its place but the operator's word. Out of time it throws {@link StepFailure}: nobody is promoted. The
 * lock is asked for last: what follows at once is the promotion.
 */
export async function proveOldOut(run: SwitchoverRun, epoch: number): Promise<void> {
  run.begin('prove-old-out');
  const from = oldOf(run, 'prove-old-out');
  const proofs = new Proofs(run, from, epoch);
  if (!proofs.other()) run.ports.lookAtProcess(from, recordedProcess(run));
  const deadlineMs = run.ports.clock.monotonicMs() + timeouts(run).proveOldOutMs;
  await stop(run, proofs, deadlineMs);
  proofs.stopIsOver();
  for (;;) {
    await fence(run, proofs, deadlineMs);
    await waitUntil(run, left(run, deadlineMs), () => proofs.sufficient() !== null);
    if (!proofs.sufficient()) throw new StepFailure('prove-old-out', from, whyNone(run, proofs), true);
    // ZooKeeper's answer comes after all that the watches had to say when the route was closed: an old primary that had
    // registered again by then serves until it sees the route, and is not out for want of a registration.
    await guard(run, 'prove-old-out');
    const found = proofs.sufficient();
    if (found) return run.end('prove-old-out', 'ok', found);
  }
}

/** The old process as the switchover was begun with it: a console that has only just come may not have seen it. */
function recordedProcess({ record: { fromIncarnation: incarnation, fromProcess } }: SwitchoverRun) {
  return incarnation !== null && fromProcess ? { incarnation, process: fromProcess } : null;
}

function left(run: SwitchoverRun, deadlineMs: number): number {
  return Math.max(0, deadlineMs - run.ports.clock.monotonicMs());
}

/** The proofs of one switchover, as they are at the moment of asking. */
class Proofs {
  readonly #run: SwitchoverRun;
  readonly #from: string;
  readonly #epoch: number;
  /** From when on it counts that the instance does not answer: before, its stop command may still have been running. */
  #stopOverMs = Number.POSITIVE_INFINITY;

  constructor(run: SwitchoverRun, from: string, epoch: number) {
    this.#run = run;
    this.#from = from;
    this.#epoch = epoch;
  }

  stopIsOver(): void {
    this.#stopOverMs = this.#run.ports.clock.monotonicMs();
  }

  old(): InstanceFacts | undefined {
    return factsOf(this.#run.ports.facts(), this.#from);
  }

  peer(): InstanceFacts | undefined {
    return factsOf(this.#run.ports.facts(), this.#run.record.to);
  }

  hookRequired(): boolean {
    return fenceHookOf(this.old())?.required === true;
  }

  /** What lets the switchover go on. */
  sufficient(): Message | null {
    return this.#hooked() ?? this.#attested() ?? (this.hookRequired() ? null : this.other());
  }

  /** Any but the hook's and the operator's. */
  other(): Message | null {
    const { fromIncarnation } = this.#run.record;
    const old = this.old();
    if (!old) return null;
    const { sight } = this.#run.ports.facts();
    const question = { fromIncarnation, newEpoch: this.#epoch, peer: this.peer()?.ledger };
    return proofOldOut(old.ledger, sight, question) ?? this.#stopped(old);
  }

  #hooked(): Message | null {
    const hook = runOf(this.#run.record, 'fence');
    return hook?.outcome === 'ok' ? commandMessage(hook) : null;
  }

  /**
   * The stop command's word is not taken against the instance's own: it is out once it does not answer either. That says
   * nothing of one that could not be reached before, and one lost beat says nothing at all.
   */
  #stopped({ ledger: { network } }: InstanceFacts): Message | null {
    const stopRun = runOf(this.#run.record, 'stop');
    if (stopRun?.outcome !== 'ok' || stopRun.answered !== true) return null;
    const { failingSinceMs, lastFailure } = network;
    if (failingSinceMs === null || lastFailure === null) return null;
    const isClosed = lastFailure.class === 'refused' || lastFailure.class === 'empty';
    const silentMs = this.#run.ports.clock.monotonicMs() - Math.max(failingSinceMs, this.#stopOverMs);
    const isOut = isClosed
      ? lastFailure.sentMonotonicMs >= this.#stopOverMs
      : silentMs >= timeouts(this.#run).silentAfterMs;
    return isOut ? message('failover.proof.stopCommand', { instance: this.#from }) : null;
  }

  #attested(): Message | null {
    const { fromIncarnation, epochBefore } = this.#run.record;
    const epochs = [epochBefore, this.#epoch];
    return attestedOut(this.#run.ports.facts(), { instance: this.#from, incarnation: fromIncarnation, epochs });
  }
}

/** An old primary that does not step down by itself is stopped through its command, in a planned switchover alone. */
async function stop(run: SwitchoverRun, proofs: Proofs, deadlineMs: number): Promise<void> {
  const old = proofs.old();
  const command = run.planned && old ? stopCommandOf(old, proofs.peer()) : undefined;
  if (!command || runOf(run.record, 'stop')?.outcome === 'ok') return;
  const enough = () => (proofs.other() ?? proofs.sufficient()) !== null;
  // Then the other proofs are waited for.
  const tries = run.ports.facts().settings.commandTries;
  await runUntilDone(run, { step: 'prove-old-out', purpose: 'stop', command, tries, deadlineMs, enough });
}

/**
 * The fence hook. A required one is run at once; in a planned switchover the old primary may step down in good order
 * first. Another is run where no proof has come by itself, and ended where one comes meanwhile.
 */
async function fence(run: SwitchoverRun, proofs: Proofs, deadlineMs: number): Promise<void> {
  const command = fenceHookOf(proofs.old());
  if (!command) return;
  const patienceMs = command.required && !run.planned ? 0 : Math.min(timeouts(run).hookAfterMs, left(run, deadlineMs));
  await waitUntil(run, patienceMs, () => (proofs.other() ?? proofs.sufficient()) !== null);
  const enough = () => proofs.sufficient() !== null;
  const tries = Number.POSITIVE_INFINITY;
  await runUntilDone(run, { step: 'prove-old-out', purpose: 'fence', command, tries, deadlineMs, enough });
}

/** Its stop command succeeded, and yet is no proof: it could not be reached before. */
function stopProvesNothing({ record }: SwitchoverRun): boolean {
  const stopRun = runOf(record, 'stop');
  return stopRun?.outcome === 'ok' && stopRun.answered !== true;
}

/** What is said of a switchover that ends here: with a hook, what became of that. */
function whyNone(run: SwitchoverRun, proofs: Proofs): Message {
  const instance = run.record.from ?? '?';
  const hook = runOf(run.record, 'fence');
  if (!hook) return message(stopProvesNothing(run) ? 'failover.proof.noneStop' : 'failover.proof.none', { instance });
  const told = commandMessage(hook);
  const key = proofs.hookRequired() ? 'failover.proof.noneRequired' : 'failover.proof.noneHook';
  return message(key, { ...told.params, reason: told.key });
}
