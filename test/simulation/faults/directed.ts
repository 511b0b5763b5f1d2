import { FUNCTIONS } from '#shared/domain';
import { type Fault, NOTHING_LEFT, pickServing } from './fault.ts';

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
} satisfies Record<string, Fault>;
