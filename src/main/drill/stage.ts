import { type Clock, type Random, sleep } from '#core/clock';
import type { Log } from '#core/logging';
import type { PairMonitor, SwitchoverNotice } from '#main/pairs';
import { createPractice, type Practice, type ProcessLauncher } from '#main/practice';
import type { Environment, PairConfig } from '#shared/domain';
import type { DrillOptions } from './arguments.ts';
import { ClientThread } from './client-thread.ts';
import { watchPair } from './console.ts';
import { PairObserver } from './observer.ts';
import { type DrillZooKeeper, provideZooKeeper } from './zookeeper.ts';

const POLL_MS = 20;

export interface DrillDeps {
  clock: Clock;
  random: Random;
  log: Log;
  launcher: ProcessLauncher;
  nodeEntry: string;
  reaperEntry: string;
}

/** A notice of the console and when it came, by the drill's clock. */
export interface SeenNotice {
  atMs: number;
  notice: SwitchoverNotice;
}

/** Everything that a drill runs on, started once for all runs. */
export interface Stage {
  clock: Clock;
  options: DrillOptions;
  environment: Environment;
  pair: PairConfig;
  zookeeper: DrillZooKeeper;
  practice: Practice;
  observer: PairObserver;
  client: ClientThread;
  monitor: PairMonitor;
  notices: SeenNotice[];
  /** Waits until `condition` holds; false where it did not within the run's time-out. */
  until(condition: () => Promise<boolean>): Promise<boolean>;
}

/** What was started is handed to `closing` as it is started, the first first; close it in the opposite order. */
export type Closing = (() => Promise<unknown>)[];

/** Starts ZooKeeper, the pair, the console's part and the client. */
export async function setStage(options: DrillOptions, deps: DrillDeps, closing: Closing): Promise<Stage> {
  const { clock } = deps;
  const zookeeper = await provideZooKeeper(options.zookeeper, deps);
  closing.push(() => zookeeper.close());
  const practice = createPractice(deps, {
    environmentId: 'drill',
    zookeeper: zookeeper.connection,
    driver: options.driver,
    sessionTimeoutMs: options.sessionTimeoutMs,
  });
  closing.push(() => practice.stop());
  const environment = await practice.start();
  const [pair] = environment.pairs;
  if (!pair) throw new Error('the practice environment has no pair');
  const observer = new PairObserver(environment, pair, deps);
  closing.push(() => observer.close());
  const { pathTemplate } = environment;
  const client = new ClientThread(
    { ...environment.zookeeper, pathTemplate, system: pair.system, node: pair.node },
    clock,
  );
  closing.push(() => client.stop());
  const notices: SeenNotice[] = [];
  const watched = watchPair({ environment, pair }, deps, {
    notice: (notice) => notices.push({ atMs: clock.monotonicMs(), notice }),
  });
  closing.push(() => watched.close());
  const { monitor } = watched;
  const until = async (condition: () => Promise<boolean>) => {
    const deadlineMs = clock.monotonicMs() + options.timeoutMs;
    while (!(await condition())) {
      if (clock.monotonicMs() > deadlineMs) return false;
      await sleep(clock, POLL_MS);
    }
    return true;
  };
  return { clock, options, environment, pair, zookeeper, practice, observer, client, monitor, notices, until };
}
