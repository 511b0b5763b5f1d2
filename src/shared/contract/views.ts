import type {
  Approval,
  AskedBy,
  CalendarSight,
  DataStatus,
  Driver,
  EvidenceClass,
  EvidenceSays,
  FoundCalendar,
  Grounds,
  InstanceRole,
  InstanceStatus,
  Loosening,
  Maintenance,
  Message,
  PhaseProgress,
  PolicyMode,
  PolicyName,
  PolicyOrigin,
  PolicyRecord,
  PolicySettings,
  ReadinessWord,
  ReplyClass,
  StepRecord,
  SvrMode,
  SwitchoverData,
  Verdict,
  VerifiedItem,
} from '#shared/domain';

export type { EvidenceClass, EvidenceSays, Verdict } from '#shared/domain';

/** What the screen is told: main owns the truth, these are its pictures of it. JSON-safe, times in epoch ms. */

export type PairState =
  | 'normal'
  | 'degraded'
  | 'suspect'
  | 'switching'
  | 'outage'
  | 'split-brain'
  | 'maintenance'
  | 'unknown';

/** Alarm priorities of UX rule 2; `none`: nothing to do. `no-data` outranks `none` and says so. */
export type Severity = 'none' | 'p3' | 'p2' | 'p1' | 'no-data';

export interface EvidenceView {
  class: EvidenceClass;
  says: EvidenceSays;
  /** When it was last heard; null: never. */
  atMs: number | null;
  reason: Message;
}

export interface LastReply {
  class: ReplyClass;
  errorNumber: number | null;
  atMs: number;
  latencyMs: number | null;
}

export interface RegistrationView {
  sinceMs: number;
  pid: number;
  incarnation: string;
  sessionId: string;
  steppedDownEpoch: number | null;
}

export interface InstanceView {
  name: string;
  host: string;
  t2Port: number;
  f2Port: number;
  /** As the instance itself last said (registration or 1403040); null: never heard. */
  role: InstanceRole | null;
  status: InstanceStatus | null;
  svrMode: SvrMode | null;
  epoch: number | null;
  phases: PhaseProgress[];
  note: string | null;
  registration: RegistrationView | null;
  lastReply: LastReply | null;
  /** Beats answered per second, over the last ten seconds. */
  beatsPerSecond: number;
  latencyP50Ms: number | null;
  latencyP99Ms: number | null;
  verdict: Verdict;
  evidence: EvidenceView[];
  /** True while a primary serves on its standby's promise alone. */
  onPromise: boolean;
  /** What it says of its data; null: it keeps none, or nothing was heard. */
  data: DataStatus | null;
  /** When that was heard. */
  dataAtMs: number | null;
}

export interface RouteView {
  instance: string;
  epoch: number;
  state: 'open' | 'closed';
  driver: Driver;
  changedAtMs: number;
}

export interface ZooKeeperView {
  state: 'connecting' | 'connected' | 'suspended' | 'expired' | 'closed';
  cause: string | null;
  /** There is no session since the console has no password for it, and why; absent: it has, or needs none. */
  noPassword?: Message;
  negotiatedTimeoutMs: number | null;
  connectString: string;
}

export interface SwitchoverView {
  operationId: string;
  trigger: 'operator' | 'automatic' | 'node';
  from: string | null;
  to: string;
  epochBefore: number;
  epochAfter: number | null;
  startedAtMs: number;
  endedAtMs: number | null;
  outcome: 'running' | 'done' | 'failed' | 'unknown';
  steps: StepRecord[];
  /** What this console's beats saw: last good reply to first good reply; null while not known. */
  outageMs: number | null;
  /** Half-width of the outage's uncertainty. */
  outageErrorMs: number | null;
  /** Who asked for it, and who approved; null: nobody gave a name, or nobody asked. */
  askedBy: AskedBy | null;
  /** Why it was begun, and where it failed, why it ended. */
  reason: Message;
  failure: Message | null;
  /** What became of the data; null while not known. */
  data: SwitchoverData | null;
  /** What was known when it was begun. Absent: the console that began it did not keep that. */
  grounds?: Grounds;
  /** What was verified before the route was opened. Absent: not that far yet, or it was not told. */
  verified?: VerifiedItem[];
  /** What was run of the site's own programs, and what became of each. Absent: nothing was. */
  commands?: Message[];
}

/** One way out for an operator, open at that moment. `wait`: what happens if nothing is done. */
export interface OperatorOption {
  kind: 'promote' | 'stop' | 'attest' | 'start' | 'mount' | 'wait';
  /** Whom it is about; null: nobody in particular. */
  instance: string | null;
  message: Message;
  /** `attest`: the very process that the operator's word would be about, and the route's epoch. */
  incarnation?: string;
  epoch?: number;
  /** `stop`, `start`: the configured command, for the operator to run. */
  command?: string[];
}
/** Nobody serves, or a switchover waits for a proof: what is known and what an operator can do. */
export interface DeadEndView {
  known: Message[];
  options: OperatorOption[];
}

/** One point of the pair's data trend. */
export interface DataPoint {
  atMs: number;
  primaryLsn: number | null;
  standbyLsn: number | null;
  lagRecords: number | null;
}
export const MAX_DATA_POINTS = 60;

/** One tile of the overview: small, since 500 of them change all the time. */
export interface PairTile {
  key: string;
  environmentId: string;
  environmentName: string;
  practice: boolean;
  system: string;
  node: string;
  state: PairState;
  severity: Severity;
  sinceMs: number;
  /** Why the pair is in this state, and the one thing to do next (null: nothing). */
  reason: Message;
  next: Message | null;
  primary: string | null;
  standby: string | null;
  epoch: number | null;
  policy: PolicyMode | null;
  beatsPerSecond: number;
  latencyP50Ms: number | null;
  /** When anything was last heard from either instance; null: never. Freshness is the age of this. */
  heardAtMs: number | null;
  /** How often the pair beats: what is heard less often than three times this is not fresh. Absent: every second. */
  beatIntervalMs?: number;
  /** Whether the standby could take over, by the last checks of its servers; absent: none were made yet. */
  readiness?: {
    word: ReadinessWord;
    reasons: Message[];
    /** Not ready: why, in few words; null otherwise. */
    said: Message | null;
    /** Since when the word is what it is, and when it was last looked at. */
    sinceMs: number;
    atMs: number;
  };
}

/** What every console obeys for a pair, as ZooKeeper holds it. */
export interface PolicyView {
  settings: PolicySettings;
  /** What the configuration says, for "back to the default". */
  configured: PolicySettings;
  /** Where each value in force comes from. */
  origins: Record<PolicyName, PolicyOrigin>;
  /** Null: the policy's own mode holds all the time. */
  calendar: FoundCalendar;
  /** The mode that holds now, and what comes next. */
  holds: CalendarSight;
  /** The maintenance in force; null: none. */
  maintenance: Maintenance | null;
  /** A promotion with a possible loss that was asked for, decided on or not; `stale`: why it does not hold any more. */
  approval: (Approval & { stale: Message | null }) | null;
  /** Who has asked that one operator be enough for a loss, and until when another may; null: nobody. */
  loosening: Loosening | null;
  /** Who changed the policy last; null: nobody yet. */
  changed: PolicyRecord['changed'];
  /** Automatic failovers completed in the last 24 hours. */
  automaticInLastDay: number;
  /** Why pairs without a proof of their own are frozen on this console; null: they are not. */
  frozen: Message | null;
  /** Until when none begins after the last one; null: no cooldown holds. */
  cooldownUntilMs: number | null;
}

/** Who would act next, and when: a forecast by what is known here, in which every time is an "at most". */
export interface ForesightView {
  /** Who holds the pair's console lock, by name, and, where this console gives it up, to whom. */
  holder: 'this' | 'other' | 'none';
  actor: string | null;
  successor: string | null;
  /** Whom a switchover would promote; null: not known. */
  to: string | null;
  sentence: Message;
  /** What keeps it from being done by itself, as far as it is known here; empty: nothing, or nobody asks that now. */
  heldBy: Message[];
  /**
   * When ZooKeeper lets the present primary go, if it has ended: so long after its last word, and by when, where it does
   * not answer. Null: it has been let go, or did not tell its session's time-out.
   */
  letGo: { instance: string; withinMs: number; byMs: number | null } | null;
  /** This console's own session. */
  ownTimeoutMs: number | null;
}

/** The pair page. */
export interface PairView {
  tile: PairTile;
  driver: Driver;
  route: RouteView | null;
  zookeeper: ZooKeeperView;
  instances: InstanceView[];
  /** Who holds the pair's console lock. */
  lock: { holder: 'this' | 'other' | 'none'; name: string | null };
  /** How far this console's wall clock is ahead of ZooKeeper's (behind: negative). Absent: not known, or within a second. */
  clockSkewMs?: number;
  /** What keeps this console from acting by itself; empty: it would act. */
  blockers: Message[];
  /** Absent: not told. */
  foresight?: ForesightView;
  /** The switchover in progress, or the last one known; null: none. */
  switchover: SwitchoverView | null;
  /** Absent: somebody serves, and nothing waits for an operator. */
  deadEnd?: DeadEndView;
  beatIntervalMs: number;
  /** The latest minute or so, oldest first, at most {@link MAX_DATA_POINTS}; empty where the instances keep no data. */
  dataTrend: DataPoint[];
  /** Null: it has not been read. */
  policy: PolicyView | null;
  /** An automatic switchover may lose at most so many acknowledged records; null: policy not known. */
  maxLossRecords: number | null;
}

/** An environment without its secrets: `credential.set` says whether one is stored. */
export interface EnvironmentView {
  id: string;
  name: string;
  kind: 'site' | 'practice';
  pairs: string[];
  zookeeper: ZooKeeperView;
  /** True where it cannot be changed from the screen: the practice environment, or a file that may not be written. */
  readOnly: boolean;
}

export const PRACTICE_FAULTS = ['kill', 'hang', 'resume', 'stop', 'restart', 'unmount', 'remount'] as const;
export type PracticeFault = (typeof PRACTICE_FAULTS)[number];
export interface PracticeInstanceView {
  name: string;
  pid: number | null;
  state: 'starting' | 'running' | 'hung' | 'stopped';
  /** The faults that make sense now. */
  faults: PracticeFault[];
}
export interface PracticeView {
  state: 'off' | 'starting' | 'on' | 'stopping' | 'failed';
  environmentId: string | null;
  pairKey: string | null;
  /** The key of the configured pair whose names, policy and time-outs it has; null: it has its own. */
  twinOf: string | null;
  zookeeper: string | null;
  instances: PracticeInstanceView[];
  problem: Message | null;
}

/** The one-line total that tray, title and favicon follow. */
export interface TotalsView {
  severity: Severity;
  p1: number;
  p2: number;
  p3: number;
  ok: number;
  noData: number;
}

export interface FleetState {
  environments: Record<string, EnvironmentView>;
  pairs: Record<string, PairTile>;
  practice: PracticeView;
  totals: TotalsView;
  /** What went wrong with the configuration file, if anything did; the file itself is left as it is. */
  configProblem: Message | null;
}

export interface EventView {
  id: number;
  atMs: number;
  severity: Severity;
  pairKey: string | null;
  instance: string | null;
  message: Message;
}
export interface EventsState {
  /** The latest, newest first, at most {@link MAX_LIVE_EVENTS}. */
  latest: EventView[];
}
export const MAX_LIVE_EVENTS = 200;

/** What the shell shows outside the window, and the served shell through the browser (UX "Tray and notifications"). */
export interface NoticeView {
  id: number;
  atMs: number;
  /** `switchover-unknown`: ended here without its outcome being known; another notice follows once it is. */
  kind: 'switchover-begun' | 'switchover-done' | 'switchover-failed' | 'switchover-unknown';
  pairKey: string;
  title: Message;
  body: Message;
  critical: boolean;
}
/** How many notices a screen may come to know together. */
export const MAX_LIVE_NOTICES = 50;
/** Newest first: several that come within one delivery are all told of. */
export interface NoticesState {
  latest: NoticeView[];
}

/** One instance's beats as columns: times of sending, codes of {@link BEAT_CODES}, latencies (NaN: no reply). */
export interface BeatColumns {
  instance: string;
  atMs: Float64Array;
  code: Uint8Array;
  latencyMs: Float32Array;
}
/** Codes of `BeatColumns.code`: the index into this list. The order is from best to worst. */
export const BEAT_CODES: readonly ReplyClass[] = ['ok', 'switching', 'error', 'timeout', 'empty', 'refused'];
