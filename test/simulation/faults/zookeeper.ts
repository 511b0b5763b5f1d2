import { ZOOKEEPER } from '../zookeeper.ts';
import { partyOf } from '../zookeeper-client.ts';
import type { Fault, FaultScene } from './fault.ts';

const ELECTION_MS: readonly [number, number] = [200, 4_000];
const LOOK_EVERY_MS = 50;
const SLOW_MS = [20, 200, 1_500] as const;

/**
 * ZooKeeper hears nothing of a party until it has expired its session, and everything again at that moment. It never does so
 * earlier than the time-out: leases rest on that.
 */
function expireSession({ world, pair, random, later }: FaultScene): (() => void) | undefined {
  const { zookeeper, network } = world;
  const { process } = random.pick([...pair.instances, ...world.consoles]);
  const session = process && zookeeper.sessionOf(process.name);
  if (process === undefined || session === undefined) return undefined;
  const party = partyOf(process);
  const end = () => network.unblock(party, ZOOKEEPER, 'zk');
  const look = () => {
    if (zookeeper.isAlive(session)) later(LOOK_EVERY_MS, look);
    else end();
  };
  network.block(party, ZOOKEEPER, 'zk');
  look();
  return end;
}

/** What happens to the ensemble. */
export const ZOOKEEPER_FAULTS = {
  'zookeeper-leader-loss': {
    hitsSite: true,
    weight: 3,
    lastsMs: ELECTION_MS,
    begin: ({ world }) => {
      world.zookeeper.loseLeader();
      return () => world.zookeeper.elected();
    },
  },
  'zookeeper-away': {
    hitsSite: true,
    weight: 2,
    lastsMs: [4_000, 30_000],
    begin: ({ world }) => {
      world.zookeeper.loseLeader();
      return () => world.zookeeper.elected();
    },
  },
  'zookeeper-hang': {
    hitsSite: true,
    weight: 2,
    lastsMs: [200, 15_000],
    begin: ({ world: { zookeeperProcess } }) => {
      if (zookeeperProcess.hangs) return undefined;
      zookeeperProcess.hang();
      return () => zookeeperProcess.wake();
    },
  },
  'zookeeper-slow': {
    hitsSite: true,
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
    lastsMs: [12_000, 20_000],
    begin: expireSession,
  },
  'zookeeper-answer-lost': {
    hitsSite: true,
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
