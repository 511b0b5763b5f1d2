import type { CoordinationSnapshot, SeenRegistration } from '#main/coordination';
import {
  blockers,
  createMachine,
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  type Now,
  peerFact,
  stepMachine,
} from '#main/failover';
import type { BeatSample } from '#main/heartbeat';
import {
  type CheckVerdict,
  type DataStatus,
  type Driver,
  type InstanceCommands,
  message,
  newPolicyRecord,
  type PolicyMode,
  type PolicyRecord,
  policySettings,
  type Registration,
  type ReplyClass,
  type Route,
  type SwitchoverRecord,
} from '#shared/domain';
import type { PeerSightReply } from '#shared/protocol';

export function registration(instance: string, change: Partial<Registration> = {}): Registration {
  return {
    version: 1,
    system: 's',
    node: 'mt',
    instance,
    addresses: [{ viewer: 'default', host: '127.0.0.1', t2Port: 1, f2Port: 1 }],
    process: { bootId: 'boot', pid: 100, startTime: '1' },
    incarnation: `${instance}-1`,
    svrMode: 0,
    role: instance === 'A' ? 'primary' : 'standby',
    status: instance === 'A' ? 1 : 2,
    phases: [],
    epoch: 1,
    steppedDownEpoch: null,
    lastLsn: null,
    selfFence: true,
    note: null,
    ...change,
  };
}

export function seen(value: Registration | null, lastGood: Registration | null = value): SeenRegistration {
  const sinceMs = value ? 1 : null;
  return {
    value,
    lastGood,
    version: value ? 0 : null,
    problem: null,
    present: value !== null,
    sinceMs,
    sessionId: value ? '0x1' : null,
  };
}

export function route(change: Partial<Route> = {}): Route {
  return {
    version: 1,
    instance: 'A',
    incarnation: 'A-1',
    epoch: 1,
    state: 'open',
    driver: 'console',
    token: null,
    operationId: null,
    changedAtMs: 0,
    ...change,
  };
}

/** An automatic failover from A to B that runs, but for what is changed. */
export function switchoverRecord(change: Partial<SwitchoverRecord> = {}): SwitchoverRecord {
  return {
    version: 1,
    operationId: 'op',
    trigger: 'automatic',
    from: 'A',
    fromIncarnation: 'A-1',
    to: 'B',
    epochBefore: 1,
    epochAfter: 2,
    token: '5',
    startedAtMs: 0,
    endedAtMs: null,
    outcome: 'running',
    steps: [],
    ...change,
  };
}

export interface SnapshotChange {
  a?: Registration | null;
  b?: Registration | null;
  route?: Route | null;
  record?: SwitchoverRecord | null;
  mode?: PolicyMode | null;
  maxLossRecords?: number;
  /** What the policy's record says besides. */
  policy?: Partial<PolicyRecord>;
  lock?: CoordinationSnapshot['lock'];
  settled?: boolean;
  state?: CoordinationSnapshot['session']['state'];
}

/** A pair in good order as ZooKeeper tells it, but for what is changed. */
export function snapshot(change: SnapshotChange = {}): CoordinationSnapshot {
  const a = change.a === undefined ? registration('A') : change.a;
  const b = change.b === undefined ? registration('B') : change.b;
  const at = change.route === undefined ? route() : change.route;
  const mode = change.mode === undefined ? 'auto' : change.mode;
  const { maxLossRecords = 0 } = change;
  const policy = mode && { ...newPolicyRecord({ ...policySettings(mode), maxLossRecords }), ...change.policy };
  const record = change.record ?? null;
  return {
    session: {
      state: change.state ?? 'connected',
      cause: undefined,
      sessionId: '0x9',
      negotiatedTimeoutMs: 4000,
      generation: 1,
    },
    settled: change.settled ?? true,
    registrations: { A: seen(a), B: seen(b) },
    foreign: [],
    route: { value: at, version: at ? 0 : null, lastGood: at, problem: null },
    policy: { value: policy, version: policy ? 0 : null, lastGood: policy, problem: null },
    switchover: { value: record, version: record ? 0 : null, lastGood: record, problem: null },
    lock: change.lock ?? { holder: 'this', name: 'me' },
  };
}

/** A machine with a clock of its own, fed step by step. */
export class MachineRig {
  state: MachineState;
  effects: Effect[] = [];
  common: MachineState['common'] = { troubles: [], releasedMonotonicMs: Number.NEGATIVE_INFINITY };
  now: Now = { monotonicMs: 1_000, wallMs: 1_000_000, zookeeperLive: true };

  constructor(
    options: {
      hostCheck?: boolean;
      /** Both servers are looked at over SSH, and asked from each other. */
      overSsh?: boolean;
      looksAtServers?: boolean;
      driver?: Driver;
      beatIntervalMs?: number;
      commands?: InstanceCommands;
    } = {},
  ) {
    const { hostCheck = true, overSsh = false, driver = 'console', beatIntervalMs = 1_000 } = options;
    const commands = options.commands && { ...options.commands, given: { instance: 'A', host: '10.8.3.1' } };
    const config: MachineConfig = {
      self: { key: 'e/own', name: 'own', standsOn: ['ZooKeeper zk1:2181', 'h', '10.8.3.0/24'] },
      instances: [
        { name: 'A', hostCheck, overSsh, reachFrom: overSsh ? 'B' : null, commands },
        { name: 'B', hostCheck, overSsh, reachFrom: overSsh ? 'A' : null },
      ],
      defaults: { ...policySettings('auto'), driver },
      beatIntervalMs,
      looksAtServers: options.looksAtServers ?? false,
    };
    this.state = createMachine(config, snapshot({ settled: false }), this.now);
  }

  /** What keeps the console from acting by itself now. */
  get blockers() {
    return blockers(this.state.facts);
  }

  /** Feeds an event and returns what the machine wants done for it. */
  feed(event: MachineEvent): Effect[] {
    const step = stepMachine(this.state, event, this.now, this.common);
    this.state = step.state;
    this.effects.push(...step.effects);
    return step.effects;
  }

  pass(ms: number): void {
    this.now = { ...this.now, monotonicMs: this.now.monotonicMs + ms, wallMs: this.now.wallMs + ms };
  }

  /** Time goes by with ticks and with the beats that are given. */
  live(ms: number, beats: Partial<Record<'A' | 'B', ReplyClass>> = { A: 'ok', B: 'error' }): void {
    for (let gone = 0; gone < ms; gone += 250) {
      this.pass(250);
      this.feed({ kind: 'tick' });
      for (const [instance, kind] of Object.entries(beats)) this.beat(instance, kind);
    }
  }

  /** The instance answers 1403040 with this of its data; everything else as it is registered. */
  says(instance: string, data: DataStatus | null, peer: PeerSightReply | null = null): Effect[] {
    const { lastRegistration } = this.state.ledgers.find(({ name }) => name === instance) ?? {};
    if (!lastRegistration) throw new Error(`${instance} is not registered`);
    const { role, status, svrMode, epoch, incarnation, phases, note, selfFence } = lastRegistration;
    const { monotonicMs: atMonotonicMs, wallMs: atWallMs } = this.now;
    const own = { role, status, svrMode, epoch, incarnation, phases: [...phases], note, selfFence };
    const told = peer && peerFact(peer, atMonotonicMs, atWallMs);
    const info = { ...own, data, peer: told, onPromise: false, promiseLeftMs: 0, atMonotonicMs, atWallMs };
    return this.feed({ kind: 'info', instance, info });
  }

  beat(instance: string, kind: ReplyClass, change: Partial<BeatSample> = {}): Effect[] {
    return this.feed({ kind: 'sample', sample: sample(instance, kind, this.now, change) });
  }

  sees(change: SnapshotChange): Effect[] {
    return this.feed({ kind: 'coordination', snapshot: snapshot(change) });
  }

  process(
    instance: string,
    says: 'alive' | 'gone' | 'nothing',
    frozen = false,
    incarnation = `${instance}-1`,
  ): Effect[] {
    const { monotonicMs: atMonotonicMs, wallMs: atWallMs } = this.now;
    const fact = { says, frozen, incarnation, atMonotonicMs, atWallMs, reason: message('check.process.alive') };
    return this.feed({ kind: 'process-check', instance, fact });
  }

  /** What came of asking the instance from the other one's server. */
  reach(
    instance: string,
    says: 'alive' | 'gone' | 'silent' | 'nothing',
    { serves = false, incarnation = `${instance}-1` }: { serves?: boolean; incarnation?: string } = {},
  ): Effect[] {
    const { monotonicMs: atMonotonicMs, wallMs: atWallMs } = this.now;
    const reason = message('failover.reach.answers', { peer: 'B' });
    const answered = says === 'alive' ? incarnation : null;
    const fact = { says, serves, incarnation: answered, atMonotonicMs, atWallMs, reason };
    return this.feed({ kind: 'reach', instance, fact });
  }

  /** The servers were looked at so long ago: what of `ID HOST` did not pass; everything else did. */
  servers(ageMs: number, results: Record<string, CheckVerdict> = {}): Effect[] {
    const atMs = this.now.wallMs - ageMs;
    const names = ['mount B', 'process B', 'mount A', 'route pair', ...Object.keys(results)];
    const checks = [...new Set(names)].map((name) => {
      const [id = '', host = ''] = name.split(' ');
      const reason = message('check.mount.missing', { target: `/mnt/${host}` });
      return { id, host, result: results[name] ?? ('pass' as const), reason, atMs };
    });
    return this.feed({ kind: 'servers', fact: { checks } });
  }

  /** A pair in good order that has been heard. */
  settle(change: SnapshotChange = {}): this {
    this.sees(change);
    this.live(500);
    this.effects = [];
    return this;
  }

  /** Both have been stopped, as by night, and that is known of both; a tick has looked at everything this moment. */
  stop(): this {
    const refused = { A: 'refused', B: 'refused' } as const;
    this.sees({ a: null, b: null });
    for (const name of ['A', 'B']) this.process(name, 'gone');
    this.live(3_000, refused);
    while (this.state.lastLook !== this.state.lastTick) this.live(250, refused);
    return this;
  }

  began(): Effect[] {
    return this.effects.filter(({ kind }) => kind === 'begin-switchover');
  }
}

export function sample(instance: string, kind: ReplyClass, now: Now, change: Partial<BeatSample> = {}): BeatSample {
  const errorNumber = kind === 'ok' ? 0 : kind === 'switching' ? 308000000 : kind === 'error' ? 308000001 : null;
  return {
    instance,
    sentAtMs: now.wallMs,
    sentMonotonicMs: now.monotonicMs,
    endedMonotonicMs: now.monotonicMs,
    class: kind,
    errorNumber,
    latencyMs: errorNumber === null ? null : 1,
    epoch: 1,
    answeredBy: instance,
    lsn: null,
    scheduled: true,
    ...change,
  };
}
