import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import { createZooKeeperSession } from '#core/zookeeper';
import { createProcessCheck } from '#main/checks';
import { createCommandRunner } from '#main/commands';
import { TroubleBoard } from '#main/failover';
import { createHeartbeatLoop } from '#main/heartbeat';
import { createT2Connector } from '#main/nodes';
import { createPairMonitor, type PairMonitor, type PairMonitorListeners, type PairMonitorOptions } from '#main/pairs';

export interface WatchDeps {
  clock: Clock;
  random: Random;
  log: Log;
}

/** A pair's monitor together with what was opened for it. */
export interface WatchedPair {
  monitor: PairMonitor;
  close(): Promise<void>;
}

/** The console's part: the very monitor and engine of the app, over sessions and connections of its own. */
export function watchPair(
  options: PairMonitorOptions,
  { clock, random, log }: WatchDeps,
  listeners: PairMonitorListeners,
): WatchedPair {
  const session = createZooKeeperSession(options.environment.zookeeper, { clock, random });
  const heartbeat = createHeartbeatLoop({ clock, random, log: log.child('heartbeat') });
  const connect = createT2Connector({ clock, practice: true });
  const monitor = createPairMonitor(
    options,
    {
      session,
      heartbeat,
      connect,
      processCheck: createProcessCheck(),
      runCommand: createCommandRunner(),
      troubles: new TroubleBoard(),
      clock,
      random,
      log: log.child('pair'),
    },
    listeners,
  );
  return {
    monitor,
    async close() {
      await monitor.stop();
      heartbeat.stop();
      await session.close();
    },
  };
}
