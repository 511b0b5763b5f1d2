import type { SwitchoverNotice } from '#main/pairs';
import type { PolicyRecord, SwitchoverRecord } from '#shared/domain';
import { policyRecordSchema } from '#shared/domain';
import type { SimConsole } from './console.ts';
import { rightWallMs } from './process.ts';
import { INSTANCES, PATHS } from './setting.ts';
import type { World } from './world.ts';

/** Consoles count by ZooKeeper's clock, which each knows to within half of the time that an answer took. */
const COUNTED_WITHIN_MS = 1_000;

/** Whether consoles keep to what ZooKeeper's policy says: the mode, the maintenance, the cap, the operators, the hook. */
export class PolicyConduct {
  readonly #world: World;
  #policy: PolicyRecord | undefined;
  /** Since when the policy has left acting to people, on the timeline; undefined: it does not. */
  #leavesSinceMs: number | undefined;
  #maintenanceSinceMs: number | undefined;
  /** Automatic switchovers by the id of each that has been recorded as done. */
  readonly #done = new Set<string>();
  #latest: SwitchoverRecord | undefined;
  /** Operations whose old primary a fence hook has put out. */
  readonly #fenced = new Set<string>();
  /** Those that an operator's word has put out, by instance and incarnation. */
  readonly #attested = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  policyWritten(data: Buffer): void {
    const before = this.#policy;
    const policy = policyRecordSchema.parse(JSON.parse(data.toString()));
    const { nowMs } = this.#world.timeline;
    this.#policy = policy;
    this.#leavesSinceMs = policy.mode === 'auto' ? undefined : (this.#leavesSinceMs ?? nowMs);
    const isSame = before?.maintenance?.untilMs === policy.maintenance?.untilMs;
    const since = isSame ? this.#maintenanceSinceMs : nowMs;
    this.#maintenanceSinceMs = policy.maintenance === null ? undefined : since;
    if (policy.attested) this.#attested.add(`${policy.attested.instance} ${policy.attested.incarnation}`);
  }

  recordWritten(record: SwitchoverRecord): void {
    this.#latest = record;
    if (record.trigger === 'automatic' && record.outcome === 'done') this.#done.add(record.operationId);
    this.#judgeApproval(record);
  }

  /** A fence hook has ended with 0. */
  fenced(operationId: string): void {
    this.#fenced.add(operationId);
  }

  /** A console has begun a switchover by itself. */
  begunBy(console: SimConsole, notice: SwitchoverNotice): void {
    this.#judgeMode(console);
    this.#judgeMaintenance(console);
    this.#judgeCap(console, notice);
    this.#judgeCommonCause(console, notice);
  }

  /** An instance has accepted a console's promotion: where its pair has a required fence hook, that has succeeded. */
  promoted(operationId: string): void {
    const { setting, invariants } = this.#world;
    const record = this.#latest;
    if (setting.fence !== 'required' || setting.driver === 'node' || this.#fenced.has(operationId)) return;
    if (record && this.#attested.has(`${record.from} ${record.fromIncarnation}`)) return;
    invariants.fail(
      'promoted-without-hook',
      `operation ${operationId} has promoted before its required hook succeeded`,
    );
  }

  /** What ZooKeeper has had for so long every console that may act has seen: what it has not heard ends its lease. */
  #isLong(sinceMs: number | undefined): boolean {
    const { timeline, setting } = this.#world;
    return sinceMs !== undefined && timeline.nowMs - sinceMs > setting.sessionTimeoutMs;
  }

  #judgeMode(console: SimConsole): void {
    if (!this.#isLong(this.#leavesSinceMs)) return;
    this.#world.invariants.fail(
      'acted-against-policy',
      `${console.name} switches over by itself under the policy '${this.#policy?.mode}'`,
    );
  }

  #judgeMaintenance(console: SimConsole): void {
    const { maintenance } = this.#policy ?? {};
    if (!maintenance || !this.#isLong(this.#maintenanceSinceMs)) return;
    if (rightWallMs(this.#world.timeline.nowMs) > maintenance.untilMs - COUNTED_WITHIN_MS) return;
    this.#world.invariants.fail('acted-in-maintenance', `${console.name} switches over by itself in a maintenance`);
  }

  #judgeCap(console: SimConsole, { operationId }: SwitchoverNotice): void {
    const { maxPerDay } = this.#world.setting;
    const done = [...this.#done].filter((id) => id !== operationId).length;
    // What ends a recovery that failed is a part of it.
    const isAfterFailure = this.#latest?.operationId !== operationId && this.#latest?.outcome !== 'done';
    if (maxPerDay === 0 || done < maxPerDay || isAfterFailure) return;
    this.#world.invariants.fail(
      'acted-beyond-cap',
      `${console.name} switches over by itself after ${done} times today, with a cap of ${maxPerDay}`,
    );
  }

  /** A proof of its own is the process found dead, or its own word; everything else may be the console's own trouble. */
  #judgeCommonCause(console: SimConsole, { from }: SwitchoverNotice): void {
    const { setting, zookeeper, invariants } = this.#world;
    const name = INSTANCES.find((each) => each === from);
    if (!console.seesOthersInTrouble || setting.hostCheck !== 'none' || name === undefined) return;
    const registered = zookeeper.json(PATHS.instance(name));
    if (registered !== undefined) return;
    invariants.fail(
      'acted-in-common-trouble',
      `${console.name} switches over by itself while other pairs of its are in trouble, without a proof of its own`,
    );
  }

  #judgeApproval(record: SwitchoverRecord): void {
    const { setting, invariants } = this.#world;
    const { trigger, acceptedLoss = 0, askedBy } = record;
    if (setting.lossOperators < 2 || trigger !== 'operator' || acceptedLoss === 0) return;
    const approver = askedBy?.approver ?? null;
    if (approver !== null && approver !== askedBy?.operator) return;
    invariants.fail(
      'loss-without-approval',
      `a loss of ${acceptedLoss} is accepted by one operator where two are asked for`,
    );
  }
}
