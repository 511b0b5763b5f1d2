import { type Environment, environmentSchema } from '#shared/domain';
import { SeededRandom } from './random.ts';
import { siteCommands } from './site-commands.ts';

export const SYSTEM = 'o3';
export const SESSION = 'known';
export const T2_PORT = 7_001;
export const F2_PORT = 7_002;
export const INSTANCES = ['A', 'B'] as const;
export type InstanceName = (typeof INSTANCES)[number];
/** The site's pairs by their nodes, the first so many of them. Their instances have the same names, as at real sites. */
const NODES = ['mt', 'mt2'] as const;

export const otherOf = (name: InstanceName): InstanceName => (name === 'A' ? 'B' : 'A');

export const nodesOf = ({ pairs }: Pick<Setting, 'pairs'>): readonly string[] => NODES.slice(0, pairs);
/** A party of the pair in that place, as network and trace know it: those of the second have a 2 behind their names. */
export const partyIn = (place: number, name: string): string => (place === 0 ? name : `${name}${place + 1}`);

/** What a seed makes of the site before anything happens. */
export interface Setting {
  seed: number;
  consoles: number;
  syncMode: 'sync' | 'async';
  driver: 'console' | 'node';
  policy: 'auto' | 'assist';
  hostCheck: 'local' | 'none';
  maxLossRecords: number;
  sessionTimeoutMs: number;
  beatIntervalMs: number;
  /** Between bursts of writes. */
  writeEveryMs: number;
  lossBound: number;
  /** After an automatic failover, until an operator ends it. */
  cooldownMs: number;
  maxPerDay: number;
  /** Where it is two, a loss that is accepted needs another operator's approval. */
  lossOperators: number;
  /** An unreachable primary that is registered is switched over after so long; 0: never. */
  unreachableSwitchMs: number;
  /** A primary that has started so often within the policy's window is switched over; 0: never. */
  crashLoopStarts: number;
  /** What the site has to put an old primary out with. */
  fence: 'none' | 'optional' | 'required';
  /** Whether the nodes say that they stop by themselves when their lease runs out; a vendor's do not. */
  selfFence: boolean;
  /** Pairs that the consoles watch over one ZooKeeper session each: as many as {@link nodesOf} has, at most. */
  pairs: number;
  /** So many pairs in trouble within so long of each other freeze automation. */
  breakerPairs: number;
  breakerWindowMs: number;
}

export function settingOf(seed: number): Setting {
  const random = new SeededRandom(seed, 'setting');
  const syncMode = random.chance(0.65) ? 'sync' : 'async';
  const consoles = random.pick([1, 1, 2, 2, 3]);
  const driver = random.chance(0.12) ? 'node' : 'console';
  return {
    seed,
    consoles,
    syncMode,
    driver,
    policy: random.chance(0.9) ? 'auto' : 'assist',
    hostCheck: random.chance(0.4) ? 'local' : 'none',
    maxLossRecords: syncMode === 'async' && random.chance(0.7) ? 40 : 0,
    sessionTimeoutMs: random.pick([4_000, 6_000, 6_000, 10_000]),
    beatIntervalMs: random.pick([1_000, 2_000, 5_000, 5_000]),
    writeEveryMs: random.pick([3_000, 6_000, 10_000]),
    lossBound: 30,
    cooldownMs: random.pick([0, 5_000, 60_000, 600_000]),
    maxPerDay: random.pick([3, 0, 0, 0]),
    lossOperators: random.pick([1, 1, 2]),
    unreachableSwitchMs: random.pick([0, 0, 5_000, 20_000]),
    crashLoopStarts: random.pick([0, 2, 3, 3]),
    fence: random.pick(['none', 'none', 'none', 'none', 'none', 'optional', 'required']),
    pairs: random.pick([1, 2, 2]),
    breakerPairs: random.pick([2, 2, 3]),
    breakerWindowMs: random.pick([5_000, 60_000]),
    // One that promotes itself goes by the other's lease.
    selfFence: random.chance(0.85) || driver === 'node',
  };
}

/** The site as its consoles are configured for it, its pairs in the order of {@link nodesOf}. */
export function environmentOf(setting: Setting): Environment {
  const commands = siteCommands(setting);
  return environmentSchema.parse({
    id: 'sim',
    name: 'simulation',
    zookeeper: { connectString: 'zk:2181', sessionTimeoutMs: setting.sessionTimeoutMs },
    pairs: nodesOf(setting).map((node, place) => ({
      id: node,
      system: SYSTEM,
      node,
      instances: INSTANCES.map((name) => ({
        name,
        host: partyIn(place, name),
        t2Port: T2_PORT,
        f2Port: F2_PORT,
        credential: { system: 'O3', sessionId: SESSION },
        hostCheck: setting.hostCheck,
        ...(commands ? { commands } : {}),
      })),
      driver: setting.driver,
      policy: setting.policy,
      beatIntervalMs: setting.beatIntervalMs,
      maxLossRecords: setting.maxLossRecords,
      cooldownMs: setting.cooldownMs,
      maxPerDay: setting.maxPerDay,
      unreachableSwitchMs: setting.unreachableSwitchMs,
      crashLoopStarts: setting.crashLoopStarts,
      lossOperators: setting.lossOperators,
      breakerPairs: setting.breakerPairs,
      breakerWindowMs: setting.breakerWindowMs,
    })),
  });
}
