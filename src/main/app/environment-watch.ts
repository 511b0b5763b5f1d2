import type { ZooKeeperSession } from '#core/zookeeper';
import { TroubleBoard } from '#main/failover';
import type { HeartbeatLoop } from '#main/heartbeat';
import type { Journal } from '#main/journal';
import type { PairMonitor, PairMonitorListeners } from '#main/pairs';
import { findZooKeeperLogin } from '#main/secrets';
import type { EnvironmentView, ZooKeeperView } from '#shared/contract';
import { type Environment, type Message, pairKey, sessionOptions } from '#shared/domain';
import type { AppContext } from './context.ts';
import { logFunction } from './log-function.ts';

/** One environment being watched: its ZooKeeper session and a monitor for each of its pairs. */
export interface EnvironmentWatch {
  readonly environment: Environment;
  readonly monitors: ReadonlyMap<string, PairMonitor>;
  /** Why there is no session, where that is for want of ZooKeeper's password. */
  noPassword(): Message | undefined;
  view(readOnly: boolean): EnvironmentView;
  stop(): Promise<void>;
}

export interface WatchListeners {
  zookeeperChanged(): void;
  /** ZooKeeper's password is found nowhere. */
  passwordMissing(): void;
  ofPair(key: string): PairMonitorListeners;
}

/** What all environments share. */
export interface SharedTools extends AppContext {
  heartbeat: HeartbeatLoop;
  journal: Journal;
  troubles: TroubleBoard;
  /** Makes the checks of a pair's servers; the monitor is told what was found before it resolves. */
  lookAtServers(pairKey: string): Promise<unknown>;
}

/**
 * Opens the environment's session and its pairs' monitors. A session that needs a password begins once it is found; without
 * one there is none. Throws what the session says of an impossible address.
 */
export function watchEnvironment(
  environment: Environment,
  shared: SharedTools,
  listeners: WatchListeners,
): EnvironmentWatch {
  const { parts, clock, random, heartbeat, journal, consoleName } = shared;
  // What is broken on purpose must not freeze the sites.
  const troubles = environment.kind === 'practice' ? new TroubleBoard() : shared.troubles;
  const log = shared.log.child(environment.id);
  const { connectString } = environment.zookeeper;
  let noPassword: Message | undefined;
  const session = parts.openSession({
    ...sessionOptions(environment.zookeeper),
    ...(environment.zookeeper.digest ? { digestAuth: passwordFound() } : {}),
    log: logFunction(log),
  });
  const stopListening = session.onStatus(listeners.zookeeperChanged);
  const tools = {
    session,
    heartbeat,
    journal,
    lookAtServers: shared.lookAtServers,
    clock,
    random,
    log,
    troubles,
    connect: parts.createConnectors(environment.kind === 'practice'),
    processCheck: parts.processCheck,
    ...(parts.servers ? { servers: parts.servers } : {}),
    runCommand: parts.runCommand,
  };
  const monitors = new Map<string, PairMonitor>();
  for (const pair of environment.pairs) {
    const key = pairKey(environment.id, pair.id);
    const monitor = parts.createPair({ environment, pair, consoleName }, tools, listeners.ofPair(key));
    const last = journal.lastChecks(key);
    if (last) monitor.checked(last);
    monitors.set(key, monitor);
  }

  function passwordFound(): Promise<string> {
    const found = findZooKeeperLogin(environment, { env: process.env, passwords: parts.secrets }).then((login) => {
      if (login.digestAuth !== undefined) return login.digestAuth;
      noPassword = login.missing;
      log.warn("ZooKeeper's password is missing", { ...login.missing?.params });
      throw new Error("ZooKeeper's password is missing");
    });
    found.catch(() => listeners.passwordMissing());
    return found;
  }

  return {
    environment,
    monitors,
    noPassword: () => noPassword,
    view: (readOnly) => ({
      id: environment.id,
      name: environment.name,
      kind: environment.kind,
      pairs: [...monitors.keys()],
      zookeeper: { ...zookeeperView(session, connectString), ...(noPassword ? { noPassword } : {}) },
      readOnly,
    }),
    async stop() {
      stopListening();
      // All of them end, whatever one of them says; the session last, since monitors leave their locks through it.
      const ends = await Promise.allSettled([...monitors.values()].map((monitor) => monitor.stop()));
      for (const end of ends)
        if (end.status === 'rejected') log.error('a pair did not stop cleanly', { error: end.reason });
      await session.close();
    },
  };
}

function zookeeperView(session: ZooKeeperSession, connectString: string): ZooKeeperView {
  const { state, cause, negotiatedTimeoutMs } = session.status();
  return { state, cause: cause ?? null, negotiatedTimeoutMs: negotiatedTimeoutMs ?? null, connectString };
}
