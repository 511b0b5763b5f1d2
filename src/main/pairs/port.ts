import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { ZooKeeperSession } from '#core/zookeeper';
import type { ProcessCheck, ServerEvidence } from '#main/checks';
import type { RunCommand } from '#main/commands';
import type { TroubleBoard } from '#main/failover';
import type { HeartbeatLoop } from '#main/heartbeat';
import type { NodeConnectorFactory } from '#main/nodes';
import type { BeatColumns, CheckRunView, DryRun, PairTile, PairView, Preflight, Severity } from '#shared/contract';
import type {
  AskedBy,
  Calendar,
  Environment,
  Grounds,
  Message,
  PairConfig,
  PolicyChange,
  StepRecord,
  SwitchoverData,
  VerifiedItem,
} from '#shared/domain';

/** Something worth a line in the journal. */
export interface PairEvent {
  atMs: number;
  severity: Severity;
  instance: string | null;
  message: Message;
}

/** A switchover as this console followed it: told at its begin, at its end, and again once an unknown outcome is known. */
export interface SwitchoverNotice {
  kind: 'switchover-begun' | 'switchover-done' | 'switchover-failed' | 'switchover-unknown';
  atMs: number;
  operationId: string;
  trigger: 'operator' | 'automatic' | 'node';
  from: string | null;
  to: string;
  epochBefore: number;
  epochAfter: number | null;
  outageMs: number | null;
  outageErrorMs: number | null;
  /** What became of the data; null where that is not known, or there is none. */
  data: SwitchoverData | null;
  /** Who asked for it and who approved; null where nobody gave a name, or nobody asked. */
  askedBy: AskedBy | null;
  /** What was known when it was begun, and what was verified before the route was opened. Absent: that was not kept. */
  grounds?: Grounds;
  verified?: VerifiedItem[];
  steps: StepRecord[];
  failure: Message | null;
}

export interface PairMonitorListeners {
  /** The pictures changed; called often, coalesced by whoever shows them. */
  changed?: () => void;
  event?: (event: PairEvent) => void;
  notice?: (notice: SwitchoverNotice) => void;
  beats?: (columns: BeatColumns[]) => void;
  /** Beats of an instance begin to be missed. */
  suspected?: () => void;
}

export interface PromoteRequest {
  to: string;
  /** Of the preflight that the operator was shown. */
  token: string;
  /** The node's name, where the preflight left something in doubt. */
  confirmation: string;
  /** At most so many acknowledged records may be missing; absent: none. */
  acceptedLoss?: number | undefined;
  /** Who asks; absent: nobody gave a name. */
  operator?: string | undefined;
}

/** A promotion that another operator has to approve. */
export interface ApprovalAsked extends PromoteRequest {
  acceptedLoss: number;
  operator: string;
  reason: string;
}

export interface ApprovalDecision {
  id: string;
  operator: string;
  approves: boolean;
  /** The node's name; asked for where it is approved. */
  confirmation: string;
}

export interface MaintenanceRequest {
  operator: string;
  reason: string;
  durationMs: number;
}

export interface AttestRequest {
  instance: string;
  /** The process that the operator was shown, and the route's epoch then. */
  incarnation: string;
  epoch: number;
  operator: string;
  /** `NODE/INSTANCE`. */
  confirmation: string;
}

/** Everything about one pair, wired: registrations and route watched, beats, evidence, engine, procedure. */
export interface PairMonitor {
  readonly key: string;
  tile(): PairTile;
  view(): PairView;
  /** The beats kept, from a wall time on. */
  beats(fromMs: number): BeatColumns[];
  /** What a switchover to an instance would do and what stands against it. Does nothing, and takes no ticket. */
  dryRun(to: string): DryRun;
  preflight(to: string): Promise<Preflight>;
  /** Begins a switchover that the operator asked for; resolves once it has begun. Throws a typed refusal. */
  promote(request: PromoteRequest): Promise<{ operationId: string }>;
  /** Asks for another operator's approval, on every console; nothing is begun. Throws a typed refusal. */
  askApproval(request: ApprovalAsked): Promise<{ id: string }>;
  /** Approves what was asked for, or turns it down. Throws a typed refusal. */
  decideApproval(decision: ApprovalDecision): Promise<void>;
  /** Begins the promotion that was approved, exactly as it was approved. Throws a typed refusal. */
  carryOut(id: string, operator: string): Promise<{ operationId: string }>;
  /** Changes the policy for every console; `operator` null: nobody gave a name. Throws what ZooKeeper said. */
  setPolicy(change: PolicyChange, operator: string | null): Promise<void>;
  /** Writes the calendar of the trading day; null takes it away. */
  setCalendar(calendar: Calendar | null, operator: string | null): Promise<void>;
  /** Begins a maintenance from now on, or puts another in the place of the one that lasts. */
  beginMaintenance(request: MaintenanceRequest): Promise<void>;
  endMaintenance(operator: string): Promise<void>;
  /** Ends the cooldown after the last automatic failover: the operator has seen it. */
  clearCooldown(operator: string): Promise<void>;
  /** Lets this console's pairs that came into trouble together act again: the operator has looked. */
  releaseFreeze(operator: string): void;
  /** The pair's servers were looked at. */
  checked(run: CheckRunView): void;
  /** The machine goes to sleep, or has just woken: nothing is acted on until fresh evidence has come in. */
  slept(): void;
  /** Takes an operator's word that an instance is off as a proof, for every console. Throws a typed refusal. */
  attest(request: AttestRequest): Promise<void>;
  stop(): Promise<void>;
}

export interface PairMonitorOptions {
  environment: Environment;
  pair: PairConfig;
  /** How this console is called in the pair's lock, for other consoles to show. */
  consoleName: string;
}

/** What a monitor works with. Session and heartbeat loop are shared by pairs and outlive the monitor. */
export interface PairMonitorDeps {
  session: ZooKeeperSession;
  heartbeat: HeartbeatLoop;
  /** In a practice environment, connectors that may log in by themselves; elsewhere never. */
  connect: NodeConnectorFactory;
  /** Looks at processes of this machine; asked only where the pair's configuration says so. */
  processCheck: ProcessCheck;
  /** What the instances' servers say of them, where the pair's configuration has a way there; absent: nobody asks. */
  servers?: ServerEvidence;
  /** Looks at the pair's servers and tells `checked` before it resolves; absent: nobody can. */
  lookAtServers?: () => Promise<unknown>;
  /** Runs programs of this machine; asked only for what the pair's configuration names. */
  runCommand: RunCommand;
  /** Where the console's pairs tell each other of their troubles; those of a practice environment have one of their own. */
  troubles: TroubleBoard;
  clock: Clock;
  random: Random;
  log: Log;
  /** Outages of this pair's switchovers up to now, this run's included, for the forecast before the next. */
  earlierOutagesMs?: () => readonly number[];
}
