import type { PairView } from '#shared/contract';
import { ANY_LOSS } from '#shared/domain';
import type { SimInstance } from './instance.ts';
import type { SimPair } from './pair.ts';
import { otherOf } from './setting.ts';
import type { SimWatch } from './watch.ts';

/** How long somebody looks at what the screen says before they do it. */
const LOOKS_MS = 3_000;

/** Pairs that came into trouble together wait for somebody who looks at what they share. */
const FREEZES: readonly string[] = ['blocker.commonCause', 'blocker.commonCauseUnknown'];
/**
 * What leaves a switchover to the operator, by the screen's own words, and how that is called in the report. Anything
 * else that keeps a console from acting has to pass by itself.
 */
const LEFT_TO_OPERATOR: Readonly<Record<string, string>> = {
  'blocker.policy.assist': 'policy assist',
  'blocker.policy.observe': 'policy observe',
  'blocker.dailyCap': 'daily cap',
  'blocker.noWayToProve': 'nothing to prove the old one out with',
  'blocker.lossBound': 'loss to be accepted',
  'blocker.lossUnknown': 'loss to be accepted',
  ...Object.fromEntries(FREEZES.map((key) => [key, 'pairs in trouble together'])),
};

/** With a second operator, who sits beside the first. It is carried out once the screen shows it as approved. */
async function approve(watch: SimWatch, to: string, loss: number): Promise<string> {
  await watch.decideApproval(await watch.askApproval(to, loss), true);
  return 'approved';
}

/**
 * The person who is called when faults are over: sets right what others clicked meanwhile, ends the cooldown, and
 * promotes where the screen says that it is theirs to do.
 */
export class Operator {
  /** Why they had to act; undefined: they did not. */
  acted: string | undefined;
  readonly #pair: SimPair;
  /** Whom they have stopped, and keep off until somebody else serves. */
  #off: SimInstance | undefined;
  #isBusy = false;
  #leftSinceMs: number | undefined;

  constructor(pair: SimPair) {
    this.#pair = pair;
  }

  /** Looks at a screen; called again and again. */
  look(): void {
    this.#restartDamaged();
    if (this.#pair.isServed) this.#off = undefined;
    const screen = this.#screen();
    if (this.#isBusy || !screen) return;
    const { watch, view } = screen;
    const deed = this.#setRight(watch, view) ?? this.#proveOut(watch, view) ?? this.#switchOver(watch, view);
    if (deed === undefined) return;
    this.#isBusy = true;
    const done = () => {
      this.#isBusy = false;
    };
    deed.then(done, done);
  }

  /** That of the console which leads; where none does, of the first that is up. */
  #screen(): { watch: SimWatch; view: PairView } | undefined {
    let first: { watch: SimWatch; view: PairView } | undefined;
    for (const console of this.#pair.world.consoles) {
      const watch = console.isUp ? console.watchOf(this.#pair) : undefined;
      if (!watch) continue;
      const view = watch.monitor.view();
      if (view.lock.holder === 'this') return { watch, view };
      first ??= { watch, view };
    }
    return first;
  }

  /** What somebody clicked while faults went on is undone, one thing after the other. */
  #setRight({ monitor }: SimWatch, { policy }: PairView): Promise<void> | undefined {
    if (!policy) return undefined;
    const mode = this.#pair.world.setting.policy;
    if (policy.maintenance) return monitor.endMaintenance('op');
    if (policy.settings.mode !== mode) return monitor.setPolicy({ mode }, 'op');
    return policy.cooldownUntilMs === null ? undefined : monitor.clearCooldown('op');
  }

  /** Whether it was stopped by hand: whatever watches over its process leaves it. */
  keepsOff(instance: SimInstance): boolean {
    return this.#off === instance;
  }

  /** Where nothing proves the old one out they go to its host, make sure that its process is off, and say so. */
  #proveOut({ monitor, console }: SimWatch, { deadEnd }: PairView): Promise<void> | undefined {
    const { options = [] } = deadEnd ?? {};
    const option = options.find(({ kind }) => kind === 'stop' || kind === 'attest');
    const instance = this.#pair.instances.find(({ name }) => name === option?.instance);
    if (option === undefined || instance === undefined) return undefined;
    if (!this.keepsOff(instance)) {
      this.#off = instance;
      instance.kill();
      this.#hasActed(`operator makes sure that ${instance.party} is off`, 'nothing proved the old one out');
    }
    if (option.kind !== 'attest' || option.incarnation === undefined || option.epoch === undefined) return undefined;
    const { incarnation, epoch } = option;
    this.#pair.say(`${console.name}: operator says that ${instance.party} is off`);
    const confirmation = `${this.#pair.node}/${instance.name}`;
    return monitor.attest({ instance: instance.name, incarnation, epoch, operator: 'op', confirmation });
  }

  #switchOver(watch: SimWatch, { blockers, tile }: PairView): Promise<void> | undefined {
    const { timeline } = this.#pair.world;
    const left = blockers.find(({ key }) => key in LEFT_TO_OPERATOR)?.key;
    if (this.#pair.isServed || left === undefined || tile.state !== 'outage') {
      this.#leftSinceMs = undefined;
      return undefined;
    }
    this.#leftSinceMs ??= timeline.nowMs;
    if (timeline.nowMs - this.#leftSinceMs < LOOKS_MS) return undefined;
    const reason = LEFT_TO_OPERATOR[left] ?? left;
    return FREEZES.includes(left) ? this.#release(watch, reason) : this.#promote(watch, reason);
  }

  /** The operator has looked at what the pairs have in common: each goes on by itself. */
  async #release(watch: SimWatch, reason: string): Promise<void> {
    watch.monitor.releaseFreeze('op');
    this.#hasActed(`${watch.console.name}: operator lets pairs act again`, reason);
  }

  /** The disk works again: the process that lost its trust in it is started anew, as its alarm asks for. */
  #restartDamaged(): void {
    for (const instance of this.#pair.instances) {
      const data = instance.node?.record().data;
      if (data?.sync.reason?.key !== 'sync.localDamaged') continue;
      this.#pair.say(`operator starts ${instance.party} anew: its disk had failed`);
      instance.kill();
      instance.start();
    }
  }

  /** Whom the route does not name; the named one where that one cannot be. What may be lost is accepted as it is shown. */
  async #promote(watch: SimWatch, reason: string): Promise<void> {
    const { monitor, console } = watch;
    const { route, policy } = monitor.view();
    if (!route) return;
    const approval = policy?.approval;
    if (approval?.decision?.approves && !approval.stale) {
      await monitor.carryOut(approval.id, 'op');
      return this.#hasActed(`${console.name}: operator promotes ${approval.to}`, reason);
    }
    const named = route.instance === 'A' ? 'A' : 'B';
    for (const to of [otherOf(named), named]) {
      const shown = await monitor.preflight(to);
      if (shown.refusal) continue;
      const loss = shown.loss ? (shown.loss.bound ?? ANY_LOSS) : 0;
      const said = shown.needsApproval ? await approve(watch, to, loss) : await watch.promote(to, loss);
      if (said === 'approved') return;
      if (said === 'begun') return this.#hasActed(`${console.name}: operator promotes ${to}`, reason);
      this.#pair.say(`${console.name}: operator promotes ${to} (${reason}): ${said}`);
    }
  }

  #hasActed(deed: string, reason: string): void {
    this.#pair.say(`${deed} (${reason})`);
    this.acted = reason;
    this.#leftSinceMs = undefined;
  }
}
