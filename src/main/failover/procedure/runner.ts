import { sleep } from '#core/clock';
import {
  isPlanned,
  type Message,
  message,
  type ProcessIdentity,
  type StepName,
  type StepRecord,
  type SwitchoverRecord,
} from '#shared/domain';
import { groundsOf } from '../facts/grounds.ts';
import { carriedFrom } from '../guards/guards.ts';
import type { BeginRequest } from '../machine.ts';
import { recordSaysOpened } from './opened.ts';
import { type MeasuredOutage, StepFailure, type SwitchoverPorts, type SwitchoverProgress } from './ports.ts';
import { pendingSteps, stepOf, withStep } from './procedure.ts';
import { runSteps } from './steps.ts';

/** Waits between tries to write the last word about a switchover. */
const LAST_WORD_RETRY_MS = 200;
const LAST_WORD_TRIES = 10;

/** A switchover to run: a new one, or one that was left half done. */
export type SwitchoverTask =
  | {
      kind: 'new';
      operationId: string;
      request: BeginRequest;
      fromIncarnation: string | null;
      /** Absent: nobody has seen that process registered. */
      fromProcess?: ProcessIdentity | undefined;
      epochBefore: number;
    }
  | { kind: 'resume'; record: SwitchoverRecord };

/** How a step can end. */
type EndedResult = Exclude<StepRecord['result'], 'pending' | 'running'>;

/** What the steps share while a switchover runs. */
export class SwitchoverRun {
  readonly ports: SwitchoverPorts;
  readonly reason: Message;
  readonly resumed: boolean;
  readonly firstSignMonotonicMs: number;
  #record: SwitchoverRecord;
  readonly #told: (progress: SwitchoverProgress) => void;
  #failure: Message | null = null;
  #outage: MeasuredOutage | null = null;
  /** The step under way and its begin, on the clock that never jumps. */
  #began: { step: StepName; monotonicMs: number } | null = null;

  constructor(task: SwitchoverTask, ports: SwitchoverPorts, told: (progress: SwitchoverProgress) => void) {
    this.ports = ports;
    this.#told = told;
    this.resumed = task.kind === 'resume';
    const nowMs = ports.clock.monotonicMs();
    this.firstSignMonotonicMs = task.kind === 'new' ? task.request.firstSignMonotonicMs : nowMs;
    this.reason = task.kind === 'new' ? task.request.reason : message('failover.resumed', { to: task.record.to });
    this.#record =
      task.kind === 'new' ? newRecord(task, ports) : { ...task.record, outcome: 'running', endedAtMs: null };
  }

  get record(): SwitchoverRecord {
    return this.#record;
  }

  /** The old primary is alive and well when it is begun, and is to be the standby in the end. */
  get planned(): boolean {
    return isPlanned(this.#record);
  }

  progress(): SwitchoverProgress {
    return { record: this.#record, reason: this.reason, failure: this.#failure, outage: this.#outage };
  }

  /** Changes the record and hands it on: to ZooKeeper without waiting, and to whoever listens. */
  change(part: Partial<SwitchoverRecord>): void {
    this.#record = { ...this.#record, ...part };
    this.ports.writeRecord(this.#record);
    this.#told(this.progress());
  }

  /** Takes down what the next change tells. */
  learn(part: Partial<SwitchoverRecord>): void {
    this.#record = { ...this.#record, ...part };
  }

  begin(step: StepName): void {
    const { clock } = this.ports;
    this.#began = { step, monotonicMs: clock.monotonicMs() };
    const startedAtMs = clock.wallMs();
    this.change(withStep(this.#record, step, { result: 'running', startedAtMs, tookMs: null, detail: null }));
  }

  end(step: StepName, result: EndedResult, detail: Message | null, tookMs?: number): void {
    const took = tookMs ?? this.ports.clock.monotonicMs() - (this.#began?.monotonicMs ?? 0);
    const startedAtMs = stepOf(this.#record, step)?.startedAtMs ?? this.ports.clock.wallMs();
    const rounded = Math.round(took * 10) / 10;
    this.change(withStep(this.#record, step, { result, startedAtMs, tookMs: Math.max(0, rounded), detail }));
    this.#began = null;
  }

  /** Says how the step under way goes on. */
  note(step: StepName, detail: Message): void {
    this.change(withStep(this.#record, step, { detail }));
  }

  /** The step under way when something went wrong. */
  stepUnderWay(): StepName | null {
    return this.#began?.step ?? null;
  }

  fail(failure: Message): void {
    this.#failure = failure;
  }

  measured(outage: MeasuredOutage | null): void {
    this.#outage = outage;
  }
}

/** Also one that cannot be read at the moment: what it counted must not be forgotten. */
function recordBefore(ports: SwitchoverPorts): SwitchoverRecord | null {
  const { value, lastGood } = ports.facts().coordination.switchover;
  return value ?? lastGood;
}

function newRecord(task: Extract<SwitchoverTask, { kind: 'new' }>, ports: SwitchoverPorts): SwitchoverRecord {
  const { request, operationId, fromIncarnation, fromProcess, epochBefore } = task;
  return {
    version: 1,
    operationId,
    trigger: request.trigger,
    from: request.from,
    fromIncarnation,
    to: request.to,
    epochBefore,
    epochAfter: null,
    token: ports.token(),
    startedAtMs: request.firstSignWallMs,
    endedAtMs: null,
    outcome: 'running',
    steps: pendingSteps(request.planned),
    grounds: groundsOf(ports.facts()),
    ...carriedFrom(recordBefore(ports)),
    ...(fromProcess ? { fromProcess } : {}),
    ...(request.acceptedLoss > 0 ? { acceptedLoss: request.acceptedLoss } : {}),
    ...(request.askedBy ? { askedBy: request.askedBy } : {}),
  };
}

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
  const reason = message('failover.unforeseen', { reason: String(error).slice(0, 300) });
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
