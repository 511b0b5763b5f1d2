import { type Fault, NOTHING_LEFT } from './fault.ts';

const ELECTION_MS: readonly [number, number] = [200, 4_000];
const SLOW_MS = [20, 200, 1_500] as const;

/** What happens to the ensemble. */
export const ZOOKEEPER_FAULTS = {
  'zookeeper-leader-loss': {
    weight: 3,
    lastsMs: ELECTION_MS,
    begin: ({ world }) => {
      world.zookeeper.loseLeader();
      return () => world.zookeeper.elected();
    },
  },
  'zookeeper-away': {
    weight: 2,
    lastsMs: [4_000, 30_000],
    begin: ({ world }) => {
      world.zookeeper.loseLeader();
      return () => world.zookeeper.elected();
    },
  },
  'zookeeper-hang': {
    weight: 2,
    lastsMs: [200, 15_000],
    begin: ({ world: { zookeeperProcess } }) => {
      if (zookeeperProcess.hangs) return undefined;
      zookeeperProcess.hang();
      return () => zookeeperProcess.wake();
    },
  },
  'zookeeper-slow': {
    weight: 1,
    lastsMs: [1_000, 15_000],
    begin: ({ world: { zookeeperProcess }, random }) => {
      zookeeperProcess.slowMs = random.pick(SLOW_MS);
      return () => {
        zookeeperProcess.slowMs = 0;
      };
    },
  },
  'session-expiry': {
    weight: 4,
    lastsMs: [0, 0],
    begin: ({ world, random }) => {
      const parties = [world.instance('A'), world.instance('B'), ...world.consoles];
      const { process } = random.pick(parties);
      return process && world.zookeeper.expire(process.name) ? NOTHING_LEFT : undefined;
    },
  },
  'zookeeper-answer-lost': {
    weight: 3,
    lastsMs: [1_000, 10_000],
    begin: ({ world: { zookeeper }, random }) => {
      zookeeper.loseAnswers = random.between(1, 3);
      return () => {
        zookeeper.loseAnswers = 0;
      };
    },
  },
} satisfies Record<string, Fault>;
