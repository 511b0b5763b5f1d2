import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { ZooKeeperSession, ZooKeeperSessionOptions } from '#core/zookeeper';
import type { PairCheckReport } from '#main/checks';
import type { Hosts, HostsOptions } from '#main/hosts';
import type { NodeConnectorFactory } from '#main/nodes';
import type { SecretStore } from '#main/secrets';
import type { DryRun, PairView, Preflight, SaveResult, Severity } from '#shared/contract';
import type { CheckResult, Environment, Message, PairConfig } from '#shared/domain';

/** A pair that the console watches, as a verification asks of it. */
export interface WatchedPair {
  view(): PairView;
  dryRun(to: string): DryRun;
  preflight(to: string): Promise<Preflight>;
  promote(request: { to: string; token: string; confirmation: string }): Promise<{ operationId: string }>;
}

/** The console's configuration, as the wizard reads and changes it. */
export interface SetupEnvironments {
  readonly file: string;
  list(): readonly Environment[];
  /** Why nothing can be saved, known beforehand; null: nothing stands in the way. */
  obstacle(): Message | null;
  /** Saves and has it watched. */
  save(request: {
    environment: Record<string, unknown>;
    replaces?: string | undefined;
    keepCredentials: readonly (readonly [number, number])[];
  }): Promise<SaveResult>;
  /** Removes and has it watched no longer. */
  remove(id: string): Promise<void>;
}

/** Which of a pair's checks are wanted, and who is told of each result as it comes. */
export interface CheckSelection {
  wanted(id: string): boolean;
  found?: (result: CheckResult) => void;
}

/** What setting up works with. */
export interface SetupDeps {
  clock: Clock;
  random: Random;
  log: Log;
  env: NodeJS.ProcessEnv;
  /** This machine's secret store, for ZooKeeper's password. */
  passwords: Pick<SecretStore, 'get'>;
  /** Where drafts and reports are kept; null keeps them in memory. */
  directory: string | null;
  console: { name: string; version: string };
  openSession(options: ZooKeeperSessionOptions): ZooKeeperSession;
  /** A host that nothing is known of is taken only with the fingerprint that was shown. */
  openHosts(options: { acceptNewHostKeys: HostsOptions['acceptNewHostKeys'] }): Hosts;
  connect: NodeConnectorFactory;
  runChecks(environment: Environment, pair: PairConfig, selection: CheckSelection): Promise<PairCheckReport>;
  environments: SetupEnvironments;
  /** Undefined: that pair is not watched. */
  pair(pairKey: string): WatchedPair | undefined;
  /** What is open of a pair's set-up is another thing now; worth a line in the journal. */
  openChanged(pairKey: string, event: { severity: Severity; message: Message }): void;
  /** The picture of a draft, or of the list of them (null), is another one now. */
  changed(id: string | null): void;
}
