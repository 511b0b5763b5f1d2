import { FUNCTIONS } from '#shared/domain';
import { type SimInstance, SYNC_MS } from '../instance.ts';
import type { LinkKind } from '../network.ts';
import type { SimWatch } from '../watch.ts';
import { ZOOKEEPER } from '../zookeeper.ts';
import { type Fault, type FaultScene, NOTHING_LEFT, pickServing } from './fault.ts';
import { click } from './operators.ts';

const PARTS_WITHIN_MS = 1_500;
const LOOK_EVERY_MS = 50;
const NEVER_MS = 3_600_000;

/** Neither ZooKeeper nor a console has a way to it; its standby has. Returns how to cut off more, and what ends it all. */
function leaveToStandby({ world: { network, consoles } }: FaultScene, primary: SimInstance) {
  const ends: (() => void)[] = [];
  const cutOff = (party: string, kind: LinkKind) => {
    network.block(primary.party, party, kind);
    network.block(party, primary.party, kind);
    ends.push(() => {
      network.unblock(primary.party, party, kind);
      network.unblock(party, primary.party, kind);
    });
  };
  cutOff(ZOOKEEPER, 'zk');
  for (const { name } of consoles) cutOff(name, 't2');
  const end = () => {
    for (const each of ends) each();
  };
  return { cutOff, end };
}

function serveOnPromise(scene: FaultScene): (() => void) | undefined {
  const primary = scene.pair.instances.find((instance) => instance.isServing());
  return primary && leaveToStandby(scene, primary).end;
}

function restartUnderPromise(scene: FaultScene): (() => void) | undefined {
  const { world, pair, random, later } = scene;
  const primary = pair.instances.find((instance) => instance.isServing());
  const session = primary && world.zookeeper.sessionOf(primary.process?.name ?? '');
  if (primary === undefined || session === undefined) return undefined;
  const standby = primary.other;
  const { cutOff, end } = leaveToStandby(scene, primary);
  const part = () => {
    if (world.zookeeper.isAlive(session)) return later(LOOK_EVERY_MS, part);
    later(random.next() * PARTS_WITHIN_MS, () => {
      cutOff(standby.party, 'f2');
      standby.kill();
      standby.start();
    });
  };
  part();
  return end;
}

async function attest({ monitor, pair }: SimWatch): Promise<void> {
  const { instance, incarnation, epoch } = pair.json(pair.paths.route) ?? {};
  const shown = { instance: String(instance), incarnation: String(incarnation), epoch: Number(epoch) };
  await monitor.attest({ ...shown, operator: 'op', confirmation: `${pair.node}/${instance}` });
}

async function carryOut({ monitor, pair }: SimWatch): Promise<void> {
  const { approval } = pair.json(pair.paths.policy) ?? {};
  if (approval) await monitor.carryOut(String((approval as { id: string }).id), 'op');
}

/** Not among the faults at random: each leads to one corner that those hardly ever find. */
export const DIRECTED_FAULTS = {
  /**
   * Halted as a virtual machine can be: all of its clocks stand still with it, so that no lease tells it how late it is.
   * What such an instance answers nobody can help; what it acknowledges must not be lost.
   */
  'machine-halted': {
    weight: 1,
    lastsMs: [5_000, 20_000],
    begin: (scene) => {
      const { process } = pickServing(scene);
      if (process === undefined || process.isDead || process.hangs) return undefined;
      scene.pair.haveClocksStopped = true;
      process.halt();
      return () => process.wake();
    },
  },
  /** Suspended: its monotonic clock stands still, and its wall clock does not. */
  'machine-sleeps': {
    weight: 1,
    lastsMs: [5_000, 20_000],
    begin: (scene) => {
      const { process } = pickServing(scene);
      if (process === undefined || process.isDead || process.hangs) return undefined;
      process.sleep();
      return () => process.wake();
    },
  },
  /** The console that acts stands still in the midst of a switchover, for longer than its session lasts. */
  'console-stands-still-at-step': {
    weight: 1,
    lastsMs: [8_000, 20_000],
    begin: ({ world, pair, random }) => {
      const acting = world.consoles.find((console) => console.holdsLock(pair))?.watchOf(pair);
      if (acting === undefined) return undefined;
      acting.stopAfterStep = random.pick(['close-route', 'prove-old-out', 'promote', 'load']);
      void acting.promote(pair.instances[0].isServing() ? 'B' : 'A', 0);
      return () => {
        acting.stopAfterStep = undefined;
        acting.process.wake();
      };
    },
  },
  /** What every pair's primary runs on fails in the same moment: each is found dead. */
  'primaries-crash-together': {
    weight: 1,
    lastsMs: [5_000, 20_000],
    hitsSite: true,
    begin: ({ world }) => {
      const serving = world.instances.filter((instance) => instance.isServing());
      for (const instance of serving) instance.kill();
      return () => {
        for (const instance of serving) instance.start();
      };
    },
  },
  /** 45184006 as it was sent a while ago comes in once more, whatever is so by now. */
  'promotion-comes-again': {
    weight: 1,
    lastsMs: [0, 0],
    begin: ({ pair, random }) => {
      if (pair.promotionsSent.length === 0) return undefined;
      const { to, body } = random.pick(pair.promotionsSent);
      const { node, process } = to;
      if (!node || !process || process.isDead || process.hangs) return undefined;
      void to.ask(FUNCTIONS.promote, body);
      return NOTHING_LEFT;
    },
  },
  /** A primary that nobody but its standby hears serves on that one's promise. */
  'serves-on-promise': { weight: 1, lastsMs: [15_000, 25_000], begin: serveOnPromise },
  /**
   * A primary that nobody but its standby hears serves on that one's promise; then the two part, and the standby starts
   * anew, which is all that is left to know of the promise.
   */
  'promise-outlives-its-standby': { weight: 1, lastsMs: [10_000, 15_000], begin: restartUnderPromise },
  /** The primary's disk takes what it is asked for and never answers; another process of it finds it well again. */
  'disk-hangs': {
    weight: 1,
    lastsMs: [500, 15_000],
    begin: ({ pair }) => {
      const primary = pair.instances.find((one) => one.isServing());
      if (primary === undefined) return undefined;
      primary.share.syncMs = NEVER_MS;
      return () => {
        primary.share.syncMs = SYNC_MS;
      };
    },
  },
  /** An operator says that the instance which the route names is off, whatever it is. */
  'operator-attests': {
    weight: 1,
    lastsMs: [0, 0],
    begin: click(attest),
  },
  /** An operator has carried out what was approved last, whatever has become of that since. */
  'operator-carries-out': {
    weight: 1,
    lastsMs: [0, 0],
    begin: click(carryOut),
  },
} satisfies Record<string, Fault>;
