import type { SimProcess } from '../process.ts';
import { type Fault, type FaultScene, NOTHING_LEFT, pickInstance, pickServing } from './fault.ts';

const SLOW_MS = [20, 100, 400, 1_500] as const;

function hang(process: SimProcess | undefined): (() => void) | undefined {
  if (process === undefined || process.isDead || process.hangs) return undefined;
  process.hang();
  return () => process.wake();
}

function slow(process: SimProcess | undefined, { random }: FaultScene): (() => void) | undefined {
  if (process === undefined || process.isDead) return undefined;
  process.slowMs = random.pick(SLOW_MS);
  return () => {
    process.slowMs = 0;
  };
}

/** Killed, and started again after each of some lives: short ones, or long enough to claim the route and to serve. */
function crashLoop(scene: FaultScene): (() => void) | undefined {
  const { random, later } = scene;
  const instance = pickServing(scene);
  if (!instance.isUp) return undefined;
  const lives = random.between(2, 6);
  const longestLifeMs = random.pick([900, 5_000]);
  let isOver = false;
  const live = (left: number) => {
    if (isOver) return;
    instance.kill();
    if (left === 0) return;
    later(random.between(10, 400), () => {
      if (isOver) return;
      instance.start();
      later(random.between(5, longestLifeMs), () => live(left - 1));
    });
  };
  live(lives);
  return () => {
    isOver = true;
    instance.start();
  };
}

/** What happens to the instances' processes and hosts. */
export const PROCESS_FAULTS = {
  'process-crash': {
    weight: 5,
    lastsMs: [500, 25_000],
    begin: (scene) => {
      const instance = pickServing(scene);
      if (!instance.isUp) return undefined;
      instance.kill();
      return () => instance.start();
    },
  },
  'process-restart': {
    weight: 3,
    lastsMs: [10, 900],
    begin: (scene) => {
      const instance = pickInstance(scene);
      if (!instance.isUp) return undefined;
      instance.kill();
      return () => instance.start();
    },
  },
  'crash-loop': { weight: 1, lastsMs: [2_000, 25_000], begin: crashLoop },
  'power-loss': {
    weight: 2,
    lastsMs: [1_000, 25_000],
    begin: (scene) => {
      const instance = pickServing(scene);
      if (instance.isHostOff) return undefined;
      instance.powerOff();
      return () => {
        instance.powerOn();
        instance.start();
      };
    },
  },
  'process-hang': {
    weight: 4,
    lastsMs: [100, 20_000],
    begin: (scene) => hang(pickServing(scene).process),
  },
  'process-slow': {
    weight: 2,
    lastsMs: [2_000, 20_000],
    begin: (scene) => slow(pickServing(scene).process, scene),
  },
  'orderly-stop': {
    weight: 2,
    lastsMs: [200, 20_000],
    begin: (scene) => {
      const instance = pickServing(scene);
      if (!instance.canStop()) return undefined;
      void instance.stop();
      return () => instance.start();
    },
  },
  'console-crash': {
    hitsSite: true,
    weight: 2,
    lastsMs: [100, 15_000],
    begin: ({ world, random }) => {
      const console = random.pick(world.consoles);
      if (!console.isUp) return undefined;
      console.kill();
      return () => console.start();
    },
  },
  'console-stop': {
    hitsSite: true,
    weight: 1,
    lastsMs: [100, 15_000],
    begin: ({ world, random }) => {
      const console = random.pick(world.consoles);
      if (!console.isUp) return undefined;
      void console.stop();
      return () => console.start();
    },
  },
  'console-hang': {
    hitsSite: true,
    weight: 2,
    lastsMs: [100, 15_000],
    begin: ({ world, random }) => hang(random.pick(world.consoles).process),
  },
  'console-slow': {
    hitsSite: true,
    weight: 1,
    lastsMs: [1_000, 15_000],
    begin: (scene) => slow(scene.random.pick(scene.world.consoles).process, scene),
  },
  'workstation-sleep': {
    hitsSite: true,
    weight: 2,
    lastsMs: [500, 25_000],
    begin: ({ world, random }) => {
      const { process } = random.pick(world.consoles);
      if (process === undefined || process.isDead || process.hangs) return undefined;
      process.sleep();
      return () => process.wake();
    },
  },
  'clock-jump': {
    weight: 2,
    lastsMs: [500, 25_000],
    begin: ({ world, pair, random }) => {
      const { process } = random.pick([...pair.instances, ...world.consoles]);
      if (process === undefined || process.isDead) return undefined;
      const byMs = random.pick([-3_600_000, -30_000, -2_000, -400, 400, 2_000, 30_000, 3_600_000]);
      process.jumpWall(byMs);
      return random.chance(0.5) ? () => process.jumpWall(-byMs) : NOTHING_LEFT;
    },
  },
} satisfies Record<string, Fault>;
