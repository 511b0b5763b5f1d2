import type { LinkKind } from '../network.ts';
import { ZOOKEEPER } from '../zookeeper.ts';
import { type Fault, type FaultScene, NOTHING_LEFT, pickServing } from './fault.ts';

const KINDS: readonly LinkKind[] = ['t2', 'f2', 'zk'];
const DELAYS_MS = [5, 50, 300, 1_200, 4_000] as const;

interface Link {
  a: string;
  b: string;
  kinds: readonly LinkKind[];
}

/** Two parties that talk to each other, and how. */
function pickLink({ world, pair, random }: FaultScene): Link {
  const [a, b] = pair.instances.map(({ party }) => party) as [string, string];
  const instance = random.pick([a, b]);
  const console = random.pick(world.consoles).name;
  return random.pick<Link>([
    { a: console, b: instance, kinds: ['t2'] },
    { a: console, b: instance, kinds: ['t2'] },
    { a: console, b: ZOOKEEPER, kinds: ['zk'] },
    { a: instance, b: ZOOKEEPER, kinds: ['zk'] },
    { a: instance, b: ZOOKEEPER, kinds: ['zk'] },
    { a, b, kinds: ['f2'] },
    { a: pair.client.party, b: instance, kinds: ['t2'] },
  ]);
}

function blockAll(scene: FaultScene, pairs: readonly (readonly [string, string])[], kinds: readonly LinkKind[]) {
  const { network } = scene.world;
  for (const [from, to] of pairs) for (const kind of kinds) network.block(from, to, kind);
  return () => {
    for (const [from, to] of pairs) for (const kind of kinds) network.unblock(from, to, kind);
  };
}

function isolate(scene: FaultScene, party: string): () => void {
  const { world, random } = scene;
  const others = [ZOOKEEPER, ...world.parties()].filter((one) => one !== party);
  const away = others.map((other) => [party, other] as const);
  const back = others.map((other) => [other, party] as const);
  // One way only, at times: what such a party says is heard, and it hears nothing; or the other way round.
  return blockAll(scene, random.pick([[...away, ...back], [...away, ...back], away, back]), KINDS);
}

/** One of the two switches that each pair stands on fails: no host on it reaches anybody, nor is reached. */
function switchFails(scene: FaultScene): () => void {
  const { world, random } = scene;
  const place = random.pick([0, 1] as const);
  const onIt = world.pairs.map(({ instances }) => instances[place].party);
  const everybody = [ZOOKEEPER, ...world.parties()];
  const links = onIt.flatMap((host) => everybody.flatMap((other) => [[host, other] as const, [other, host] as const]));
  return blockAll(scene, links, KINDS);
}

/** Datagrams pass between the instances alone; streams of every kind can be late. */
function disorder(what: 'loss' | 'doubled' | 'delayMs', amount: (scene: FaultScene) => number): Fault['begin'] {
  return (scene) => {
    const { world, pair, random } = scene;
    const from = random.pick(pair.instances);
    const to = from.other;
    world.network.disorder(from.party, to.party, { [what]: amount(scene) });
    return () => world.network.disorder(from.party, to.party, { [what]: 0 });
  };
}

/** What happens between parties: each direction of each kind by itself. */
export const NETWORK_FAULTS = {
  'partition-one-way': {
    weight: 5,
    lastsMs: [200, 20_000],
    begin: (scene) => {
      const { a, b, kinds } = pickLink(scene);
      return blockAll(scene, [scene.random.chance(0.5) ? [a, b] : [b, a]], kinds);
    },
  },
  'partition-two-way': {
    weight: 4,
    lastsMs: [200, 20_000],
    begin: (scene) => {
      const { a, b, kinds } = pickLink(scene);
      return blockAll(
        scene,
        [
          [a, b],
          [b, a],
        ],
        kinds,
      );
    },
  },
  'instance-isolated': {
    weight: 3,
    lastsMs: [500, 20_000],
    begin: (scene) => isolate(scene, pickServing(scene).party),
  },
  'console-isolated': {
    hitsSite: true,
    weight: 2,
    lastsMs: [500, 20_000],
    begin: (scene) => isolate(scene, scene.random.pick(scene.world.consoles).name),
  },
  'switch-fails': { weight: 2, lastsMs: [500, 20_000], hitsSite: true, begin: switchFails },
  'firewall-rejects': {
    weight: 3,
    lastsMs: [500, 20_000],
    begin: (scene) => {
      const { network } = scene.world;
      const { party } = pickServing(scene);
      const kinds = scene.random.pick<readonly LinkKind[]>([['t2'], ['f2'], ['t2', 'f2'], ['t2', 'f2']]);
      for (const kind of kinds) network.refuse(party, kind);
      return () => {
        for (const kind of kinds) network.admit(party, kind);
      };
    },
  },
  'connections-reset': {
    weight: 2,
    lastsMs: [0, 0],
    begin: (scene) => {
      const { a, b, kinds } = pickLink(scene);
      const isBetween = (parties: readonly { party: string }[]) =>
        parties.every(({ party }) => party === a || party === b);
      scene.world.network.cut(({ kind, sides }) => kinds.includes(kind) && isBetween(sides), 'ECONNRESET');
      return NOTHING_LEFT;
    },
  },
  'message-delay': {
    weight: 3,
    lastsMs: [1_000, 20_000],
    begin: (scene) => {
      const { network } = scene.world;
      const { a, b, kinds } = pickLink(scene);
      const [from, to] = scene.random.chance(0.5) ? [a, b] : [b, a];
      const ms = scene.random.pick(DELAYS_MS);
      for (const kind of kinds) network.delay(from, to, kind, ms);
      return () => {
        for (const kind of kinds) network.delay(from, to, kind, 0);
      };
    },
  },
  'datagram-loss': {
    weight: 2,
    lastsMs: [1_000, 20_000],
    begin: disorder('loss', ({ random }) => random.pick([0.1, 0.5, 0.9])),
  },
  'datagram-duplication': {
    weight: 2,
    lastsMs: [1_000, 20_000],
    begin: disorder('doubled', ({ random }) => random.pick([0.2, 0.8])),
  },
  'datagram-reordering': {
    weight: 2,
    lastsMs: [1_000, 20_000],
    begin: disorder('delayMs', ({ random }) => random.pick([10, 200, 2_500])),
  },
  'answer-lost': {
    weight: 3,
    lastsMs: [1_000, 10_000],
    begin: ({ world, pair, random }) => {
      const { party } = random.pick(pair.instances);
      world.network.loseAnswers(party, 't2', random.between(1, 3));
      return () => world.network.loseAnswers(party, 't2', 0);
    },
  },
} satisfies Record<string, Fault>;
