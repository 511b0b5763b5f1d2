import { DEFAULT_PATH_TEMPLATE, type Environment, environmentSchema, type PairConfig, pairPaths } from '#shared/domain';
import { SeededRandom } from './random.ts';
import { siteCommands } from './site-commands.ts';

export const SYSTEM = 'o3';
export const NODE = 'mt';
export const SESSION = 'known';
export const T2_PORT = 7_001;
export const F2_PORT = 7_002;
export const INSTANCES = ['A', 'B'] as const;
export type InstanceName = (typeof INSTANCES)[number];
export const PATHS = pairPaths(DEFAULT_PATH_TEMPLATE, SYSTEM, NODE);

export const otherOf = (name: InstanceName): InstanceName => (name === 'A' ? 'B' : 'A');

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
}

export function settingOf(seed: number): Setting {
  const random = new SeededRandom(seed, 'setting');
  const syncMode = random.chance(0.65) ? 'sync' : 'async';
  return {
    seed,
    consoles: random.pick([1, 1, 2, 2, 3]),
    syncMode,
    driver: random.chance(0.12) ? 'node' : 'console',
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
  };
}

export function environmentOf(setting: Setting): { environment: Environment; pair: PairConfig } {
  const commands = siteCommands(setting);
  const environment = environmentSchema.parse({
    id: 'sim',
    name: 'simulation',
    zookeeper: { connectString: 'zk:2181', sessionTimeoutMs: setting.sessionTimeoutMs },
    pairs: [
      {
        id: NODE,
        system: SYSTEM,
        node: NODE,
        instances: INSTANCES.map((name) => ({
          name,
          host: name,
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
      },
    ],
  });
  const [pair] = environment.pairs;
  if (!pair) throw new Error('no pair');
  return { environment, pair };
}
