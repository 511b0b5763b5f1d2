import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { ZooKeeperSession, ZooKeeperSessionOptions } from '#core/zookeeper';
import type { ProcessCheck } from '#main/checks';
import type { HeartbeatLoop } from '#main/heartbeat';
import type { Journal } from '#main/journal';
import type { NodeConnectorFactory } from '#main/nodes';
import type { PairMonitor, PairMonitorListeners, PairMonitorOptions } from '#main/pairs';
import type { NoticeView, PracticeFault, PracticeView, TotalsView } from '#shared/contract';
import type { Environment } from '#shared/domain';
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
  /** Makes the practice environment; null where it cannot run here. */
  createPractice: CreatePractice | null;
}

/** The practice environment: its own ZooKeeper and two node processes, with faults. */
export interface Practice {
  /** Resolves once the pair can be watched, with the environment to watch. */
  start(): Promise<Environment>;
  /** Ends every process and leaves nothing behind. */
  stop(): Promise<void>;
  fault(instance: string, fault: PracticeFault): Promise<void>;
  view(): PracticeView;
  onChange(listener: () => void): () => void;
}
export type CreatePractice = (deps: { clock: Clock; random: Random; log: Log }) => Practice;

/** What a pair's monitor is given to work with, beside its configuration. */
export interface PairTools {
  session: ZooKeeperSession;
  heartbeat: HeartbeatLoop;
  connect: NodeConnectorFactory;
  processCheck: ProcessCheck;
  journal: Journal;
  clock: Clock;
  random: Random;
  log: Log;
}

/** The modules that touch the world, as the composition root makes them; tests hand in others. */
export interface Parts {
  openSession(options: ZooKeeperSessionOptions): ZooKeeperSession;
  createHeartbeat(): HeartbeatLoop;
  /** `practice`: the numbers of the practice node are allowed. */
  createConnectors(practice: boolean): NodeConnectorFactory;
  processCheck: ProcessCheck;
  createPair(options: PairMonitorOptions, tools: PairTools, listeners: PairMonitorListeners): PairMonitor;
}
