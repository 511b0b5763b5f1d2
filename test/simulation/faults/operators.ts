import { ANY_LOSS, PLANNED_STEPS } from '#shared/domain';
import type { SimConsole } from '../console.ts';
import { type Fault, type FaultScene, NOTHING_LEFT, pickInstance, pickServing } from './fault.ts';

const MAINTENANCE_MS = 600_000;
const DECIDED_WITHIN_MS = 2_000;

/** An operator sits at any console that works; whatever is refused there has been tried. */
function click(act: (console: SimConsole, scene: FaultScene) => Promise<unknown>): Fault['begin'] {
  return (scene) => {
    const console = scene.random.pick(scene.world.consoles);
    if (console.monitor === undefined || !console.isUp) return undefined;
    void act(console, scene).catch(() => {});
    return NOTHING_LEFT;
  };
}

async function promote(console: SimConsole, scene: FaultScene, acceptedLoss: number): Promise<void> {
  const to = pickInstance(scene);
  scene.world.trace.say(`${console.name}: operator promotes ${to}: ${await console.promote(to, acceptedLoss)}`);
}

/** Asked for at one console, decided at another, carried out at a third, each as soon or as late as it happens. */
async function approve(console: SimConsole, { world, random, later }: FaultScene): Promise<void> {
  const to = random.pick(['A', 'B']);
  const id = await console.askApproval(to, random.pick([1, 40, ANY_LOSS]));
  if (id === undefined) return;
  const decideMs = random.next() * DECIDED_WITHIN_MS;
  const approves = random.chance(0.8);
  const [deciding, acting] = [random.pick(world.consoles), random.pick(world.consoles)];
  later(decideMs, () => void deciding.decideApproval(id, approves)?.catch(() => {}));
  later(decideMs + random.next() * DECIDED_WITHIN_MS, () => void acting.monitor?.carryOut(id, 'op').catch(() => {}));
}

/** The console that acts dies behind a step of the switchover that is brought about for it. */
function crashAtStep(step: string, isPlanned: boolean): Fault['begin'] {
  return (scene) => {
    const { world, random } = scene;
    const acting = world.consoles.find((console) => console.holdsLock());
    if (acting === undefined) return undefined;
    acting.dieAfterStep = step;
    const from = pickServing(scene);
    const instance = world.instance(from);
    if (isPlanned || random.chance(0.4)) {
      void acting.promote(from === 'A' ? 'B' : 'A', 0);
    } else instance.kill();
    return () => {
      acting.dieAfterStep = undefined;
      instance.start();
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
  'operator-promotes': { weight: 4, lastsMs: [0, 0], begin: click((console, scene) => promote(console, scene, 0)) },
  'operator-accepts-loss': {
    weight: 1,
    lastsMs: [0, 0],
    begin: click((console, scene) => promote(console, scene, scene.random.pick([1, 40, ANY_LOSS]))),
  },
  'operators-approve': { weight: 1, lastsMs: [0, 0], begin: click(approve) },
  'operator-changes-policy': {
    weight: 2,
    lastsMs: [0, 0],
    begin: click((console, { random }) =>
      Promise.resolve(console.monitor?.setPolicy({ mode: random.pick(['auto', 'auto', 'assist', 'observe']) }, 'op')),
    ),
  },
  'operator-begins-maintenance': {
    weight: 1,
    lastsMs: [0, 0],
    begin: click((console) =>
      Promise.resolve(
        console.monitor?.beginMaintenance({ operator: 'op', reason: 'work', durationMs: MAINTENANCE_MS }),
      ),
    ),
  },
  'operator-ends-maintenance': {
    weight: 2,
    lastsMs: [0, 0],
    begin: click((console) => Promise.resolve(console.monitor?.endMaintenance('op'))),
  },
  'operator-clears-cooldown': {
    weight: 2,
    lastsMs: [0, 0],
    begin: click((console) => Promise.resolve(console.monitor?.clearCooldown('op'))),
  },
} satisfies Record<string, Fault>;
