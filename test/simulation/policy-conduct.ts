import type { SwitchoverNotice } from '#main/pairs';
import type { PolicyRecord, SwitchoverRecord } from '#shared/domain';
import { parseRecord, policyRecordSchema } from '#shared/domain';
import type { SimPair } from './pair.ts';
import { rightWallMs } from './process.ts';
import { INSTANCES, type InstanceName } from './setting.ts';
import type { SimWatch } from './watch.ts';

/** Consoles count by ZooKeeper's clock, which each knows to within half of the time that an answer took. */
const COUNTED_WITHIN_MS = 1_000;
/** What a pair has told of its trouble for so long, the others have decided with. */
const KNOWN_WITHIN_MS = 2_000;

/** Whether consoles keep to what ZooKeeper's policy says: the mode, the maintenance, the cap, the operators, the hook. */
export class PolicyConduct {
  readonly #pair: SimPair;
  #policy: PolicyRecord | undefined;
  /** Since when the policy has left acting to people, on the timeline; undefined: it does not. */
  #leavesSinceMs: number | undefined;
  #maintenanceSinceMs: number | undefined;
  /** Automatic switchovers by the id of each that has been recorded as done. */
  readonly #done = new Set<string>();
  #latest: SwitchoverRecord | undefined;
  /** Operations whose old primary a fence hook has put out. */
  readonly #fenced = new Set<string>();
  /** What was approved and then carried out: at which epoch it was approved. */
  readonly #approved = new Map<string, number>();
  /** Operations that rest on an approval. */
  readonly #onApproval = new Set<string>();
  /** Those that an operator's word has put out, by instance and incarnation. */
  readonly #attested = new Set<string>();

  constructor(pair: SimPair) {
    this.#pair = pair;
  }

  policyWritten(data: Buffer): void {
    const before = this.#policy;
    const policy = parseRecord(policyRecordSchema, this.#pair.paths.policy, data);
    const { nowMs } = this.#pair.world.timeline;
    this.#policy = policy;
    this.#leavesSinceMs = policy.mode === 'auto' ? undefined : (this.#leavesSinceMs ?? nowMs);
    const isSame = before?.maintenance?.untilMs === policy.maintenance?.untilMs;
    const since = isSame ? this.#maintenanceSinceMs : nowMs;
    this.#maintenanceSinceMs = policy.maintenance === null ? undefined : since;
    const { approval } = policy;
    if (approval?.used) this.#approved.set(approval.id, approval.epoch);
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
  begunBy(watch: SimWatch, notice: SwitchoverNotice): void {
    this.#judgeMode(watch);
    this.#judgeMaintenance(watch);
    this.#judgeCap(watch, notice);
    this.#judgeCommonCause(watch, notice);
  }

  /** An instance has accepted a console's promotion: where its pair has a required fence hook, that has succeeded. */
  promoted(operationId: string): void {
    const { setting } = this.#pair.world;
    const record = this.#latest;
    if (record && this.#attested.has(`${record.from} ${record.fromIncarnation}`)) return;
    if (!setting.selfFence) this.#judgeEnd(record);
    if (setting.fence !== 'required' || setting.driver === 'node' || this.#fenced.has(operationId)) return;
    this.#pair.fail(
      'promoted-without-hook',
      `operation ${operationId} has promoted before its required hook succeeded`,
    );
  }

  /** Where nodes do not stop by themselves, only the end of the old one's process is a proof. */
  #judgeEnd(record: SwitchoverRecord | undefined): void {
    const old = this.#pair.instances.find(({ name }) => name === record?.from);
    if (!old?.isUp || old.node?.listening.incarnation !== record?.fromIncarnation) return;
    this.#pair.fail(
      'promoted-without-proof',
      `operation ${record?.operationId} has promoted while the process of ${old.party}, which does not stop by itself, is there`,
    );
  }

  /** What ZooKeeper has had for so long every console that may act has seen: what it has not heard ends its lease. */
  #isLong(sinceMs: number | undefined): boolean {
    const { timeline, setting } = this.#pair.world;
    return sinceMs !== undefined && timeline.nowMs - sinceMs > setting.sessionTimeoutMs;
  }

  #judgeMode({ console }: SimWatch): void {
    if (!this.#isLong(this.#leavesSinceMs)) return;
    this.#pair.fail(
      'acted-against-policy',
      `${console.name} switches over by itself under the policy '${this.#policy?.mode}'`,
    );
  }

  #judgeMaintenance({ console }: SimWatch): void {
    const { maintenance } = this.#policy ?? {};
    if (!maintenance || !this.#isLong(this.#maintenanceSinceMs)) return;
    if (rightWallMs(this.#pair.world.timeline.nowMs) > maintenance.untilMs - COUNTED_WITHIN_MS) return;
    this.#pair.fail('acted-in-maintenance', `${console.name} switches over by itself in a maintenance`);
  }

  #judgeCap({ console }: SimWatch, { operationId }: SwitchoverNotice): void {
    const { maxPerDay } = this.#pair.world.setting;
    const done = [...this.#done].filter((id) => id !== operationId).length;
    // What ends a recovery that failed is a part of it.
    const isAfterFailure = this.#latest?.operationId !== operationId && this.#latest?.outcome !== 'done';
    if (maxPerDay === 0 || done < maxPerDay || isAfterFailure) return;
    this.#pair.fail(
      'acted-beyond-cap',
      `${console.name} switches over by itself after ${done} times today, with a cap of ${maxPerDay}`,
    );
  }

  /**
   * Pairs that came into trouble together are switched over one after the other, and only those with a proof of their own:
   * the process found dead, or its own word. Everything else may be the console's own trouble.
   */
  #judgeCommonCause({ console, process, monitor }: SimWatch, { from }: SwitchoverNotice): void {
    const { hostCheck, breakerPairs, breakerWindowMs } = this.#pair.world.setting;
    const name = INSTANCES.find((each) => each === from);
    if (name === undefined) return;
    const { troubles } = console;
    const nowMs = process.clock.monotonicMs();
    const together = { breakerPairs, breakerWindowMs, certainMs: KNOWN_WITHIN_MS };
    if (troubles.actsBeside(monitor.key, together, nowMs))
      this.#pair.fail(
        'acted-beside-another',
        `${console.name} switches over by itself while it does so with another pair that came into trouble together with it`,
      );
    if (hostCheck !== 'none' || this.#mayBeRegistered(name)) return;
    const others = troubles.othersBeside(monitor.key, together, nowMs);
    if (1 + others < breakerPairs) return;
    this.#pair.fail(
      'acted-in-common-trouble',
      `${console.name} switches over by itself, without a proof of its own, while so many more of its pairs are in trouble: ${others}`,
    );
  }

  /** Whether a console may rest on what an instance has registered: where that went a moment ago, not all have heard. */
  #mayBeRegistered(name: InstanceName): boolean {
    const { world, paths } = this.#pair;
    if (this.#pair.json(paths.instance(name)) !== undefined) return true;
    const goneMs = world.zookeeper.letGoMs(this.#pair.instance(name).party);
    return goneMs !== undefined && !this.#isLong(goneMs);
  }

  #judgeApproval(record: SwitchoverRecord): void {
    const { setting } = this.#pair.world;
    const { trigger, acceptedLoss = 0, askedBy, operationId, epochBefore } = record;
    if (setting.lossOperators < 2 || trigger !== 'operator' || acceptedLoss === 0) return;
    const said = `a loss of ${acceptedLoss} is accepted`;
    const approver = askedBy?.approver ?? null;
    const isOfTwo = approver !== null && approver !== askedBy?.operator;
    if (!isOfTwo) this.#unapproved(`${said} by one operator alone`);
    if (!isOfTwo || this.#onApproval.has(operationId)) return;
    this.#onApproval.add(operationId);
    if (this.#onApproval.size > this.#approved.size) this.#unapproved(`${said} by an approval that has served before`);
    const epoch = [...this.#approved.values()].at(-1);
    if (epoch !== epochBefore)
      this.#unapproved(`${said} at epoch ${epochBefore} by an approval of what was so at epoch ${epoch}`);
  }

  #unapproved(what: string): void {
    this.#pair.fail('loss-without-approval', `${what}, where two operators are asked for`);
  }
}
