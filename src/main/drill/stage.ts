import { type Clock, type Random, sleep } from '#core/clock';
import { createPractice, type PracticeRig } from '#main/practice';
import type { Environment, Message, PairConfig } from '#shared/domain';
import type { DrillOptions } from './arguments.ts';
import { ClientThread } from './client-thread.ts';
import { Consoles } from './consoles.ts';
import { type DrillDatabase, openDrillDatabase, startDatabaseServer } from './database.ts';
import type { DrillDeps } from './deps.ts';
import { PairObserver } from './observer.ts';
import { PortRelay } from './port-relay.ts';
import { type DrillZooKeeper, provideZooKeeper } from './zookeeper.ts';

const POLL_MS = 20;
/** Small enough that dats are made and segments removed while faults strike: by themselves a node's are far larger. */
const REDO = { segmentBytes: 128 * 1_024, snapshotRecords: 2_000 };

/** Everything that a drill runs on, started once for all runs. */
export interface Stage {
  clock: Clock;
  random: Random;
  options: DrillOptions;
  environment: Environment;
  pair: PairConfig;
  zookeeper: DrillZooKeeper;
  practice: PracticeRig;
  /** Null: the pair has none. */
  database: DrillDatabase | null;
  observer: PairObserver;
  client: ClientThread;
  consoles: Consoles;
  /** What stands before an instance's ports, where the fault needs it. */
  relays: ReadonlyMap<string, PortRelay>;
  /** What was found of each run's writes in its end, the first run's first. */
  readBack: { run: string; times: Uint8Array }[];
  /** A message in the drill's language. */
  say(message: Message): string;
  /** Waits until `condition` holds; false where it did not within the run's time-out. */
  until(condition: () => Promise<boolean>): Promise<boolean>;
}

/** What was started is handed to `closing` as it is started, the first first; close it in the opposite order. */
export type Closing = (() => Promise<unknown>)[];

/** Starts ZooKeeper, the pair, the console's part and the client. */
export async function setStage(
  options: DrillOptions,
  deps: DrillDeps,
  { say, closing }: { say: Stage['say']; closing: Closing },
): Promise<Stage> {
  const { clock, random } = deps;
  const zookeeper = await provideZooKeeper(options.zookeeper, deps);
  closing.push(() => zookeeper.close());
  const server = options.database === 'postgresql' ? await startDatabaseServer(deps) : undefined;
  if (server) closing.push(() => server.close());
  const { syncMode, lossBound, maxLossRecords } = options;
  const relays = new Map<string, PortRelay>();
  const practice = createPractice(deps, {
    data: { ...REDO, syncMode, lossBound, maxLossRecords, database: server?.config ?? sqliteOrNone(options) },
    environmentId: 'drill',
    zookeeper: zookeeper.connection,
    driver: options.driver,
    sessionTimeoutMs: options.sessionTimeoutMs,
    unreachableSwitchMs: options.unreachableSwitchMs,
    ...(options.fault === 'firewall-reject' ? { before: await openRelays(relays, closing) } : {}),
  });
  closing.push(() => practice.stop());
  const environment = await practice.start();
  const [pair] = environment.pairs;
  if (!pair) throw new Error('the practice environment has no pair');
  const config = practice.database();
  const database = config && openDrillDatabase(config, server, deps);
  if (database) closing.push(() => database.close());
  const expected = { lossBound: syncMode === 'sync' ? 0 : lossBound };
  const observer = new PairObserver(environment, pair, expected, deps);
  closing.push(() => observer.close());
  const { pathTemplate } = environment;
  const client = new ClientThread(
    { ...environment.zookeeper, pathTemplate, system: pair.system, node: pair.node },
    clock,
  );
  closing.push(() => client.stop());
  const consoles = new Consoles(
    { environment, pair },
    { processes: options.consoles, canBeCutOff: options.fault === 'partition-console' },
    deps,
  );
  closing.push(() => consoles.close());
  await consoles.start();
  const until = async (condition: () => Promise<boolean>) => {
    const deadlineMs = clock.monotonicMs() + options.timeoutMs;
    while (!(await condition())) {
      if (clock.monotonicMs() > deadlineMs) return false;
      await sleep(clock, POLL_MS);
    }
    return true;
  };
  return {
    ...{ clock, random, options, environment, pair, zookeeper, practice, database, observer, client, consoles, relays },
    ...{ say, until, readBack: [] },
  };
}

/** Two relays, open before the instances are; each belongs to whichever instance asks for one first. */
async function openRelays(relays: Map<string, PortRelay>, closing: Closing): Promise<(instance: string) => PortRelay> {
  const spare = await Promise.all([PortRelay.open(), PortRelay.open()]);
  closing.push(() => Promise.all(spare.map((relay) => relay.close())));
  return (instance) => {
    const relay = relays.get(instance) ?? spare[relays.size];
    if (!relay) throw new RangeError(`there is no relay for ${instance}`);
    relays.set(instance, relay);
    return relay;
  };
}

function sqliteOrNone({ database }: DrillOptions): 'sqlite' | 'none' {
  return database === 'none' ? 'none' : 'sqlite';
}
