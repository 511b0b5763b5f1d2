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
      const { process } = scene.world.instance(pickServing(scene));
      if (process === undefined || process.isDead || process.hangs) return undefined;
      scene.world.haveClocksStopped = true;
      process.halt();
      return () => process.wake();
    },
  },
  /** The console that acts stands still in the midst of a switchover, for longer than its session lasts. */
  'console-stands-still-at-step': {
    weight: 1,
    lastsMs: [8_000, 20_000],
    begin: ({ world, random }) => {
      const acting = world.consoles.find((console) => console.holdsLock());
      if (acting === undefined) return undefined;
      acting.stopAfterStep = random.pick(['close-route', 'prove-old-out', 'promote', 'load']);
      void acting.promote(world.instance('A').isServing() ? 'B' : 'A', 0);
      return () => {
        acting.stopAfterStep = undefined;
        acting.process?.wake();
      };
    },
  },
  /** Other pairs of a console come into trouble: what they share may be what this pair's trouble comes from. */
  'other-pairs-in-trouble': {
    weight: 1,
    lastsMs: [2_000, 20_000],
    begin: ({ world, random }) => {
      const console = random.pick(world.consoles);
      return console.isUp && !console.seesOthersInTrouble ? console.othersInTrouble() : undefined;
    },
  },
  /** 45184006 as it was sent a while ago comes in once more, whatever is so by now. */
  'promotion-comes-again': {
    weight: 1,
    lastsMs: [0, 0],
    begin: ({ world, random }) => {
      if (world.promotionsSent.length === 0) return undefined;
      const { to, body } = random.pick(world.promotionsSent);
      const { node, process } = world.instance(to);
      if (!node || !process || process.isDead || process.hangs) return undefined;
      void world.instance(to).ask(FUNCTIONS.promote, body);
      return NOTHING_LEFT;
    },
  },
} satisfies Record<string, Fault>;
