import type { Clock } from '#core/clock';
import type { RunCommand } from '#main/commands';
import type { CloseRouteRequest, OpenRouteRequest, RouteChange } from '#main/coordination';
import type { CallOutcome } from '#main/nodes';
import type { AskedBy, Message, ProcessIdentity, StepName, SwitchoverRecord } from '#shared/domain';
import type { PairFacts } from '../facts/facts.ts';

/** A switchover that somebody, or the console itself, begins. */
export interface BeginRequest {
  trigger: 'operator' | 'automatic';
  to: string;
  /** The instance that is to be proved out: the pair's other one. */
  from: string;
  reason: Message;
  /** The old primary is alive: it steps down when the route says so, and becomes the standby. */
  planned: boolean;
  /** At most so many acknowledged records may be missing afterwards. */
  acceptedLoss: number;
  /** Who asked for it; absent: nobody gave a name, or the console acts by itself. */
  askedBy?: AskedBy;
  /** When the first sign of trouble was seen. */
  firstSignMonotonicMs: number;
  firstSignWallMs: number;
}

/** What a switchover needs of the world. Everything it does goes through here. */
export interface SwitchoverPorts {
  clock: Clock;
  /** Aborts when this console stops: the switchover is left as it is, for the console that leads next. */
  stopping: AbortSignal;
  /** Free of charge: the own lock and lease as known here. */
  mayAct(): boolean;
  /** Asks ZooKeeper. */
  confirmLock(): Promise<boolean>;
  token(): string | null;
  closeRoute(request: CloseRouteRequest): Promise<RouteChange>;
  openRoute(request: OpenRouteRequest): Promise<RouteChange>;
  /** Queues the record for writing; never waits. */
  writeRecord(record: SwitchoverRecord): void;
  recordWritten(): Promise<boolean>;
  call(
    instance: string,
    functionNumber: number,
    body: Record<string, unknown>,
    timeoutMs: number,
  ): Promise<CallOutcome>;
  /** What a client's beat carries to the instance. */
  beatBody(instance: string): Record<string, unknown>;
  /** The facts as they are now; `onFacts` is called after every change. */
  facts(): PairFacts;
  onFacts(listener: () => void): () => void;
  /** Asks for a look at the instance's process, if one can be had; `recorded`: where this console never saw it registered. */
  lookAtProcess(instance: string, recorded: { incarnation: string; process: ProcessIdentity } | null): void;
  /** Runs a program of the site's own; it never rejects. */
  runCommand: RunCommand;
  /** The outage as the beats of this console saw it; null while no good reply has come after it. */
  outage(): MeasuredOutage | null;
  /** Whether this console saw a good reply at all before: without one, no outage will ever be known. */
  sawGoodReply(): boolean;
  log(level: 'info' | 'warn', text: string, fields?: Record<string, unknown>): void;
}

export interface MeasuredOutage {
  outageMs: number;
  /** Half-width of what cannot be known between two beats. */
  errorMs: number;
}

/** What a switchover tells as it goes. */
export interface SwitchoverProgress {
  record: SwitchoverRecord;
  reason: Message;
  failure: Message | null;
  outage: MeasuredOutage | null;
}

/** A step that failed: which, on which instance, and why. `certain` false: the outcome could not be learnt. */
export class StepFailure extends Error {
  readonly step: StepName;
  readonly instance: string;
  readonly said: Message;
  readonly certain: boolean;
  constructor(step: StepName, instance: string, said: Message, certain: boolean) {
    super(`${step} (${instance}): ${said.key}`);
    this.name = 'StepFailure';
    this.step = step;
    this.instance = instance;
    this.said = said;
    this.certain = certain;
  }
}
