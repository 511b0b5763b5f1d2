import type { ZooKeeperSession, ZooKeeperSessionOptions } from '#core/zookeeper';
import type { CheckAgain, PairCheckReport, ProcessCheck, ServerEvidence } from '#main/checks';
import type { RunCommand } from '#main/commands';
import type { HeartbeatLoop } from '#main/heartbeat';
import type { Hosts, HostsOptions } from '#main/hosts';
import type { Journal } from '#main/journal';
import type { NodeConnectorFactory } from '#main/nodes';
import type { PairMonitor, PairMonitorDeps, PairMonitorListeners, PairMonitorOptions } from '#main/pairs';
import type { Practice, PracticeDeps } from '#main/practice';
import type { SecretStore } from '#main/secrets';
import type { ConnectionTest, NoticeView, TotalsView } from '#shared/contract';
import type {
  CheckResult,
  Environment,
  InstanceConfig,
  PairConfig,
  RemountPlan,
  RemountReport,
  ServerAccess,
} from '#shared/domain';
import type { Locale } from '#shared/i18n';

/** What a shell supplies: everything in which Electron and the served shell differ. */
export interface AppPlatform {
  shell: 'electron' | 'served';
  version: string;
  /** `process.platform`. */
  platform: string;
  /** Such as `Node 24.21.0`. */
  runtime: string;
  /** The operator's language as the system says it, until the operator chooses. */
  locale: Locale;
  /** The operator chose a language: tray and menus follow. */
  localeChanged?: (locale: Locale) => void;
  /** Shows a notice outside the window; the served shell leaves that to the browser. */
  notify?: (notice: NoticeView) => void;
  /** The totals changed: tray and badge follow. */
  totalsChanged?: (totals: TotalsView) => void;
  /** Prints a page that needs nothing else as PDF; the served shell leaves that to the browser. */
  printPdf?: (html: string) => Promise<Uint8Array>;
  /** How the practice environment's processes are started; null where it cannot run here. */
  practice: Pick<PracticeDeps, 'launcher' | 'nodeEntry' | 'reaperEntry'> | null;
}

/** What a pair's monitor is given to work with, and the journal that remembers its earlier switchovers. */
export interface PairTools extends Omit<PairMonitorDeps, 'earlierOutagesMs' | 'lookAtServers'> {
  journal: Journal;
  lookAtServers(pairKey: string): Promise<unknown>;
}

/** Makes the checks of a pair's servers, or some of them again. Never rejects: what cannot be looked at is a result. */
export type RunChecks = (environment: Environment, pair: PairConfig, request: RunRequest) => Promise<PairCheckReport>;
export interface RunRequest {
  /** Absent: all of them. */
  again?: CheckAgain;
  /** Somebody waits for it: a host that could not be reached a moment ago is tried again. */
  asked: boolean;
  /** Told of each result as it comes. */
  found?: (result: CheckResult) => void;
  /** A draft's servers are entered by themselves: nothing of it is shared, and what failed is tried again at once. */
  apart?: boolean;
}

/** The mount of one instance's server. Both reject with a typed error where the server cannot be looked at. */
export interface Remounts {
  plan(instance: InstanceConfig): Promise<{ host: string; plan: RemountPlan; fingerprint: string }>;
  /** Runs it if the plan is still the one of this fingerprint; otherwise it is refused. */
  run(instance: InstanceConfig, agreed: string): Promise<RemountReport>;
}

/** A server's access, tried before it is saved. `accepted`: the fingerprint of a key that nobody knew, and that is taken. */
export interface Connections {
  test(access: ServerAccess, instanceHost: string, accepted?: string): Promise<ConnectionTest>;
}

/** The modules that touch the world, as the composition root makes them; tests hand in others. */
export interface Parts {
  openSession(options: ZooKeeperSessionOptions): ZooKeeperSession;
  createHeartbeat(): HeartbeatLoop;
  /** `practice`: the numbers of the practice node are allowed. */
  createConnectors(practice: boolean): NodeConnectorFactory;
  processCheck: ProcessCheck;
  /** Evidence from the instances' servers; absent: from this machine alone. */
  servers?: ServerEvidence;
  runCommand: RunCommand;
  runChecks: RunChecks;
  remounts: Remounts;
  openHosts(options: { acceptNewHostKeys: HostsOptions['acceptNewHostKeys'] }): Hosts;
  connections: Connections;
  secrets: SecretStore;
  createPractice(deps: PracticeDeps): Practice;
  createPair(options: PairMonitorOptions, tools: PairTools, listeners: PairMonitorListeners): PairMonitor;
}
