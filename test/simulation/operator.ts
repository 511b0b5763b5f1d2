import type { PairMonitor } from '#main/pairs';
import { ANY_LOSS } from '#shared/domain';
import type { SimConsole } from './console.ts';
import { INSTANCES, otherOf } from './setting.ts';
import type { World } from './world.ts';

/** How long somebody looks at what the screen says before they do it. */
const LOOKS_MS = 3_000;

/**
 * What leaves a switchover to the operator, by the screen's own words, and how that is called in the report. Anything
 * else that keeps a console from acting has to pass by itself.
 */
const LEFT_TO_OPERATOR: Readonly<Record<string, string>> = {
  'blocker.policy.assist': 'policy assist',
  'blocker.policy.observe': 'policy observe',
  'blocker.dailyCap': 'daily cap',
  'blocker.lossBound': 'loss to be accepted',
  'blocker.lossUnknown': 'loss to be accepted',
};

/** With a second operator, who sits beside the first. It is carried out once the screen shows it as approved. */
async function approve(console: SimConsole, to: string, loss: number): Promise<string> {
  const id = await console.askApproval(to, loss);
  if (id === undefined) return 'no console';
  await console.decideApproval(id, true);
  return 'approved';
}

/**
 * The person who is called when faults are over: sets right what others clicked meanwhile, ends the cooldown, and
 * promotes where the screen says that it is theirs to do.
 */
export class Operator {
  /** Why they had to promote; undefined: they did not. */
  acted: string | undefined;
  readonly #world: World;
  #isBusy = false;
  #leftSinceMs: number | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks at a screen; called again and again. */
  look(isServed: boolean): void {
    this.#restartDamaged();
    const { consoles } = this.#world;
    const console = consoles.find((one) => one.holdsLock()) ?? consoles.find((one) => one.isUp);
    if (this.#isBusy || !console?.monitor) return;
    const deed = this.#setRight(console.monitor) ?? this.#switchOver(console, console.monitor, isServed);
    if (deed === undefined) return;
    this.#isBusy = true;
    const done = () => {
      this.#isBusy = false;
    };
    deed.then(done, done);
  }

  /** What somebody clicked while faults went on is undone, one thing after the other. */
  #setRight(monitor: PairMonitor): Promise<void> | undefined {
    const { policy } = monitor.view();
    if (!policy) return undefined;
    const mode = this.#world.setting.policy;
    if (policy.maintenance) return monitor.endMaintenance('op');
    if (policy.settings.mode !== mode) return monitor.setPolicy({ mode }, 'op');
    return policy.cooldownUntilMs === null ? undefined : monitor.clearCooldown('op');
  }

  #switchOver(console: SimConsole, monitor: PairMonitor, isServed: boolean): Promise<void> | undefined {
    const { timeline } = this.#world;
    const { blockers, tile } = monitor.view();
    const reason = blockers.map(({ key }) => LEFT_TO_OPERATOR[key]).find((found) => found !== undefined);
    if (isServed || reason === undefined || tile.state !== 'outage') {
      this.#leftSinceMs = undefined;
      return undefined;
    }
    this.#leftSinceMs ??= timeline.nowMs;
    return timeline.nowMs - this.#leftSinceMs >= LOOKS_MS ? this.#promote(console, reason) : undefined;
  }

  /** The disk works again: the process that lost its trust in it is started anew, as its alarm asks for. */
  #restartDamaged(): void {
    for (const name of INSTANCES) {
      const instance = this.#world.instance(name);
      const data = instance.node?.record().data;
      if (data?.sync.reason?.key !== 'sync.localDamaged') continue;
      this.#world.trace.say(`operator starts ${name} anew: its disk had failed`);
      instance.kill();
      instance.start();
    }
  }

  /** Whom the route does not name; the named one where that one cannot be. What may be lost is accepted as it is shown. */
  async #promote(console: SimConsole, reason: string): Promise<void> {
    const view = console.monitor?.view();
    if (!view?.route) return;
    const approval = view.policy?.approval;
    if (approval?.decision?.approves && !approval.stale) {
      await console.monitor?.carryOut(approval.id, 'op');
      return this.#hasActed(console, approval.to, reason);
    }
    const named = view.route.instance === 'A' ? 'A' : 'B';
    for (const to of [otherOf(named), named]) {
      const shown = await console.monitor?.preflight(to);
      if (!shown || shown.refusal) continue;
      const loss = shown.loss ? (shown.loss.bound ?? ANY_LOSS) : 0;
      const said = shown.needsApproval ? await approve(console, to, loss) : await console.promote(to, loss);
      if (said === 'approved') return;
      if (said === 'begun') return this.#hasActed(console, to, reason);
      this.#world.trace.say(`${console.name}: operator promotes ${to} (${reason}): ${said}`);
    }
  }

  #hasActed(console: SimConsole, to: string, reason: string): void {
    this.#world.trace.say(`${console.name}: operator promotes ${to} (${reason})`);
    this.acted = reason;
    this.#leftSinceMs = undefined;
  }
}
