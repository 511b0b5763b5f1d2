import {
  isPlanned,
  type Message,
  message,
  type ProcessIdentity,
  type StepName,
  type StepRecord,
  type SwitchoverRecord,
} from '#shared/domain';
import { carriedFrom } from '../facts/automatic.ts';
import { groundsOf } from '../facts/grounds.ts';
import type { BeginRequest, MeasuredOutage, SwitchoverPorts, SwitchoverProgress } from './ports.ts';
import { pendingSteps, stepOf, withStep } from './procedure.ts';

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
    this.#record = task.kind === 'new' ? newRecord(task, ports) : takenUp(task.record, ports);
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

/** From here on it is done under the lock of whoever goes on with it. */
function takenUp(record: SwitchoverRecord, ports: SwitchoverPorts): SwitchoverRecord {
  return { ...record, token: ports.token() ?? record.token, outcome: 'running', endedAtMs: null };
}

function newRecord(task: Extract<SwitchoverTask, { kind: 'new' }>, ports: SwitchoverPorts): SwitchoverRecord {
  const { request, operationId, fromIncarnation, fromProcess, epochBefore } = task;
  const { sharedMs, now } = ports.facts();
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
    startedAtMs: request.firstSignWallMs + sharedMs - now.wallMs,
    endedAtMs: null,
    outcome: 'running',
    steps: pendingSteps(request.planned),
    grounds: groundsOf(ports.facts(), request.to),
    ...carriedFrom(recordBefore(ports)),
    ...(fromProcess ? { fromProcess } : {}),
    ...(request.acceptedLoss > 0 ? { acceptedLoss: request.acceptedLoss } : {}),
    ...(request.askedBy ? { askedBy: request.askedBy } : {}),
  };
}
