import { ANY_LOSS, PLANNED_STEPS } from '#shared/domain';
import type { SimWatch } from '../watch.ts';
import { type Fault, type FaultScene, NOTHING_LEFT, pickInstance, pickServing } from './fault.ts';

const MAINTENANCE_MS = 600_000;
const DECIDED_WITHIN_MS = 2_000;

/** An operator sits at any console that works; whatever is refused there has been tried. */
export function click(act: (watch: SimWatch, scene: FaultScene) => Promise<unknown>): Fault['begin'] {
  return (scene) => {
    const watch = scene.random.pick(scene.world.consoles).watchOf(scene.pair);
    if (watch === undefined) return undefined;
    void act(watch, scene).catch(() => {});
    return NOTHING_LEFT;
  };
}

async function promote(watch: SimWatch, scene: FaultScene, acceptedLoss: number): Promise<void> {
  const { name } = pickInstance(scene);
  scene.pair.say(`${watch.console.name}: operator promotes ${name}: ${await watch.promote(name, acceptedLoss)}`);
}

/** Asked for at one console, decided at another, carried out at a third, each as soon or as late as it happens. */
async function approve(watch: SimWatch, scene: FaultScene): Promise<void> {
  const { world, pair, random, later } = scene;
  const { name } = pickInstance(scene);
  const id = await watch.askApproval(name, random.pick([1, 40, ANY_LOSS]));
  const decideMs = random.next() * DECIDED_WITHIN_MS;
  const approves = random.chance(0.8);
  const [deciding, acting] = [random.pick(world.consoles), random.pick(world.consoles)];
  const carryOutMs = decideMs + random.next() * DECIDED_WITHIN_MS;
  later(
    decideMs,
    () =>
      void deciding
        .watchOf(pair)
        ?.decideApproval(id, approves)
        .catch(() => {}),
  );
  later(
    carryOutMs,
    () =>
      void acting
        .watchOf(pair)
        ?.monitor.carryOut(id, 'op')
        .catch(() => {}),
  );
}

/** The console that acts dies behind a step of the switchover that is brought about for it. */
function crashAtStep(step: string, isPlanned: boolean): Fault['begin'] {
  return (scene) => {
    const { world, pair, random } = scene;
    const acting = world.consoles.find((console) => console.holdsLock(pair))?.watchOf(pair);
    if (acting === undefined) return undefined;
    acting.dieAfterStep = step;
    const from = pickServing(scene);
    if (isPlanned || random.chance(0.4)) void acting.promote(from.other.name, 0);
    else from.kill();
    return () => {
      acting.dieAfterStep = undefined;
      from.start();
    };
  };
}

const AFTER_STEP = PLANNED_STEPS.map((step) => [
  `crash-after-${step}`,
  {
    weight: 0.7,
    countsItself: true,
    lastsMs: [10_000, 20_000],
    begin: crashAtStep(step, step === 'drain' || step === 'restart-old'),
  } satisfies Fault,
]) as [`crash-after-${(typeof PLANNED_STEPS)[number]}`, Fault][];

/** Consoles that die in the middle of a switchover, one kind for every step of the procedure. */
export const CONSOLE_STEP_FAULTS = Object.fromEntries(AFTER_STEP) as Record<(typeof AFTER_STEP)[number][0], Fault>;

/** Operators who click at bad moments. */
export const OPERATOR_FAULTS = {
  'operator-promotes': { weight: 4, lastsMs: [0, 0], begin: click((watch, scene) => promote(watch, scene, 0)) },
  'operator-accepts-loss': {
    weight: 1,
    lastsMs: [0, 0],
    begin: click((watch, scene) => promote(watch, scene, scene.random.pick([1, 40, ANY_LOSS]))),
  },
  'operators-approve': { weight: 1, lastsMs: [0, 0], begin: click(approve) },
  'operator-changes-policy': {
    weight: 2,
    lastsMs: [0, 0],
    begin: click(({ monitor }, { random }) =>
      monitor.setPolicy({ mode: random.pick(['auto', 'auto', 'assist', 'observe']) }, 'op'),
    ),
  },
  'operator-begins-maintenance': {
    weight: 1,
    lastsMs: [0, 0],
    begin: click(({ monitor }) =>
      monitor.beginMaintenance({ operator: 'op', reason: 'work', durationMs: MAINTENANCE_MS }),
    ),
  },
  'operator-ends-maintenance': {
    weight: 2,
    lastsMs: [0, 0],
    begin: click(({ monitor }) => monitor.endMaintenance('op')),
  },
  'operator-clears-cooldown': {
    weight: 2,
    lastsMs: [0, 0],
    begin: click(({ monitor }) => monitor.clearCooldown('op')),
  },
} satisfies Record<string, Fault>;
