import type { Clock, Random } from '#core/clock';
import type { DatabaseConfig } from '#core/local-database';
import type { Log } from '#core/logging';
import type { PracticeFault, PracticeView } from '#shared/contract';
import type { Driver, Environment, Message, PairConfig, PolicyMode, PolicySettings } from '#shared/domain';
import type { PracticeDataOptions } from './data.ts';

/** How a launched process ended. */
export interface ProcessExit {
  code: number | null;
  signal: string | null;
}

/** A process of the practice environment. */
export interface LaunchedProcess {
  readonly pid: number;
  /** Resolves when it is gone, however it ended. */
  readonly exited: Promise<ProcessExit>;
  /** Delivers a signal; false where the process is gone or the platform has no such signal. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean;
  /** Lets go of the tether, which the process takes as its parent's end. */
  release(): void;
}

export interface LaunchRequest {
  /** A script that the runtime can run: source, or built. */
  entry: string;
  args: readonly string[];
  directory: string;
  /** Each line that it writes. */
  onLine?: (line: string, stream: 'out' | 'error') => void;
  /** The process goes on when the launching process's group is signalled (Ctrl-C): the reaper. */
  ownGroup?: boolean;
}

/** Starts processes: Node spawns itself, Electron supplies its utility processes. */
export interface ProcessLauncher {
  /** Rejects where starting failed. */
  launch(request: LaunchRequest): Promise<LaunchedProcess>;
  /**
   * Whether the processes hold a pipe to this one as their standard input, which closes when this process ends, however
   * it ends. Without it they are not asked to watch it.
   */
  readonly tethersByStdin: boolean;
  /** Whether SIGSTOP and SIGCONT exist here. */
  readonly canHang: boolean;
}

export interface PracticeDeps {
  clock: Clock;
  random: Random;
  launcher: ProcessLauncher;
  /** `src/mtnode/main.ts`, or what it was built to. */
  nodeEntry: string;
  /**
   * `src/main/practice/reaper.ts`, or what it was built to; null where the launcher does not tether: what a killed
   * console leaves behind is then swept at the next start.
   */
  reaperEntry: string | null;
  log: Log;
}

export interface InstancePorts {
  t2Port: number;
  f2Port: number;
}

/** Ports that stand before an instance's own (F3): what it registers, and what others are told. */
export interface PortsBefore {
  readonly ports: InstancePorts;
  /** The instance listens there. */
  leadTo(ports: InstancePorts): void;
}

/** A ZooKeeper that is not the practice environment's own. */
export interface ForeignZooKeeper {
  connectString: string;
  /** Where everything is kept; made at the start where it is missing. */
  chroot?: string;
  /** Where given, `chroot` is removed in the end, through this address; also when the owner was killed. */
  removeChrootAt?: string;
}

export interface PracticeOptions {
  /** Default `practice`. */
  environmentId?: string;
  /** How the environment is called on the screen. Default `Practice`. */
  environmentName?: string;
  /** ZooKeeper to use; absent: an embedded one is started, and ends with the practice environment. */
  zookeeper?: ForeignZooKeeper;
  driver?: Driver;
  policy?: PolicyMode;
  beatIntervalMs?: number;
  /** Default {@link PRACTICE_SESSION_TIMEOUT_MS}. */
  sessionTimeoutMs?: number;
  data?: PracticeDataOptions;
  /** Of the policy: a primary that is unreachable for so long, and registered, is switched over. Default 0: never. */
  unreachableSwitchMs?: number;
  /** What stands before each instance's own ports. Default nothing. */
  before?: (instance: string) => PortsBefore;
  /** Where the temporary directory is made. Default the system's. */
  baseDirectory?: string;
}

/** What the practice pair takes over from a configured one, to rehearse on. Nothing of it is ever asked or changed. */
export interface PracticeTwin {
  /** The configured pair's key, `environment/pair`. */
  of: string;
  environmentName: string;
  pathTemplate: string;
  sessionTimeoutMs: number;
  pair: Pick<PairConfig, 'id' | 'system' | 'node' | 'driver' | 'beatIntervalMs'>;
  instances: readonly [string, string];
  policy: PolicySettings;
}

/**
 * Short enough that a rehearsed failure is over in seconds, long enough that a busy workstation's stalls (collection,
 * a laptop waking) of half a second do not take a healthy node's session: its lease is 2/3 of this, 2 s.
 */
export const PRACTICE_SESSION_TIMEOUT_MS = 3_000;
/** Sessions of the embedded ZooKeeper expire at whole ticks: at most this much later than their time-out. */
export const PRACTICE_TICK_MS = 100;

/** The practice environment did not do what was asked; `detail` says why, for the screen. */
export class PracticeError extends Error {
  readonly instance: string | null;
  readonly detail: Message;
  constructor(instance: string | null, detail: Message, options?: ErrorOptions) {
    super(
      `practice${instance === null ? '' : ` instance ${instance}`}: ${detail.key} ${JSON.stringify(detail.params)}`,
      options,
    );
    this.name = 'PracticeError';
    this.instance = instance;
    this.detail = detail;
  }
}

/** A pair of mt nodes on this machine, with a ZooKeeper of its own, to break and rehearse with. */
export interface Practice {
  view(): PracticeView;
  /** Called after every change of the view; returns how to stop listening. */
  onChange(listener: () => void): () => void;
  /**
   * Starts everything and returns the environment to watch; `twin`: as the twin of a configured pair. Throws
   * {@link PracticeError}; then nothing is left behind. What runs already is answered with as it is.
   */
  start(twin?: PracticeTwin): Promise<Environment>;
  /** The environment while it runs. */
  environment(): Environment | null;
  /** Resolves once the fault has taken effect. Throws {@link PracticeError} where it makes no sense now. */
  fault(instance: string, fault: PracticeFault): Promise<void>;
  /** Ends every process, the embedded ZooKeeper, and removes the directory. Never throws for what is gone already. */
  stop(): Promise<void>;
}

/** The practice environment with what a drill does to it beyond the faults that the screen offers. */
export interface PracticeRig extends Practice {
  /** What both Todb files name while it runs; null: no database. */
  database(): DatabaseConfig | null;
  /** Ends the process and removes its data directory: what remains of the instance is what the other one has. */
  loseHost(instance: string): Promise<void>;
}
