import type { Timer } from '#core/clock';
import { type NodeValue, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import {
  message,
  newPolicyRecord,
  type PolicyRecord,
  parseRecord,
  policyRecordSchema,
  recordText,
  routeSchema,
  switchoverRecordSchema,
} from '#shared/domain';
import { type ConsoleLock, createConsoleLock } from './lock.ts';
import {
  type CloseRouteRequest,
  type CoordinationDeps,
  CoordinationError,
  type CoordinationSnapshot,
  type OpenRouteRequest,
  type PairCoordination,
  type PairCoordinationOptions,
  type RouteChange,
  type SeenRegistration,
} from './port.ts';
import { RouteChanges } from './route.ts';
import { seenRecord, seenRegistration, unseen, unseenRegistration } from './seen.ts';
import { type ClockSkew, SharedClock } from './shared-clock.ts';
import { SwitchoverWriter } from './writer.ts';

const RETRY_MS = 300;
/** How often a change of the policy is made anew when another console was quicker. */
const POLICY_TRIES = 5;

/** Watches one pair's records over a session that it shares with other pairs, and queues for the pair's lock. */
export function createPairCoordination(options: PairCoordinationOptions, deps: CoordinationDeps): PairCoordination {
  return new Coordination(options, deps);
}

class Coordination implements PairCoordination {
  readonly #options: PairCoordinationOptions;
  readonly #deps: CoordinationDeps;
  readonly #session: ZooKeeperSession;
  readonly #time: SharedClock;
  readonly #lock: ConsoleLock;
  readonly #routes: RouteChanges;
  readonly #writer: SwitchoverWriter;
  readonly #listeners = new Set<(snapshot: CoordinationSnapshot) => void>();
  readonly #endings: (() => void)[] = [];
  #snapshot: CoordinationSnapshot;
  /** Counts connections: what was begun under an earlier one settles nothing. */
  #connection = 0;
  /** What has been read over the present one, of all that is watched. */
  readonly #read = new Set<string>();
  readonly #watched: readonly string[];
  #highestRouteEpoch = 0;
  #retry: Timer | undefined;
  #stopped = false;

  constructor(options: PairCoordinationOptions, deps: CoordinationDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#session = deps.session;
    const { paths, instances } = options;
    this.#watched = [paths.instances, paths.route, paths.policy, paths.switchover, ...instances.map(paths.instance)];
    this.#snapshot = {
      session: this.#session.status(),
      settled: false,
      registrations: Object.fromEntries(instances.map((name) => [name, unseenRegistration()])),
      foreign: [],
      route: unseen(),
      policy: unseen(),
      switchover: unseen(),
      lock: { holder: 'none', name: null },
    };
    this.#endings.push(this.#session.onStatus(() => this.#onStatus()));
    this.#time = new SharedClock(deps.clock);
    this.#lock = createConsoleLock(deps, paths.consoles, options.consoleName, this.#time, () => this.#lockChanged());
    this.#routes = new RouteChanges(deps, paths.route, this.#lock, {
      highestEpochSeen: () => this.#highestEpochSeen(),
      sharedWallMs: () => this.#time.wallMs(),
      route: () => this.#snapshot.route,
    });
    this.#writer = new SwitchoverWriter(deps, paths.switchover, this.#lock, () => this.#snapshot.switchover.version);
    this.#watchAll();
  }

  snapshot(): CoordinationSnapshot {
    return this.#snapshot;
  }

  onChange(listener: (snapshot: CoordinationSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  sharedWallMs(): number {
    return this.#time.wallMs();
  }

  clockSkew(): ClockSkew | null {
    return this.#time.skew();
  }

  mayAct(): boolean {
    return this.#lock.held();
  }

  confirmLock(): Promise<boolean> {
    return this.#lock.confirm();
  }

  token(): string | null {
    return this.#lock.token();
  }

  tellUnable(unable: boolean): void {
    this.#lock.tell(unable);
  }

  yieldLock(): void {
    this.#lock.yield();
  }

  closeRoute(request: CloseRouteRequest): Promise<RouteChange> {
    return this.#routes.close(request);
  }

  openRoute(request: OpenRouteRequest): Promise<RouteChange> {
    return this.#routes.open(request);
  }

  writeSwitchover(record: Parameters<PairCoordination['writeSwitchover']>[0]): void {
    this.#writer.write(record);
  }

  switchoverWritten(): Promise<boolean> {
    return this.#writer.written();
  }

  async changePolicy(change: (policy: PolicyRecord) => PolicyRecord): Promise<void> {
    const path = this.#options.paths.policy;
    try {
      for (let tries = 1; ; tries++) if (await this.#tryPolicy(path, change, tries === POLICY_TRIES)) return;
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      throw new CoordinationError(message('failover.zookeeperFailed', { path, reason: error.message.slice(0, 300) }), {
        cause: error,
      });
    }
  }

  /** False where another console was quicker: its change is not to be lost, so this one is made anew upon it. */
  async #tryPolicy(path: string, change: (policy: PolicyRecord) => PolicyRecord, last: boolean): Promise<boolean> {
    const node = await this.#session.get(path);
    const before = seenRecord(this.#snapshot.policy, path, policyRecordSchema, node);
    const data = policyBytes(change(before.value ?? before.lastGood ?? newPolicyRecord(this.#options.initialPolicy)));
    // What no console could read again must not be written.
    parseRecord(policyRecordSchema, path, data);
    try {
      if (node) await this.#session.set(path, data, node.stat.version);
      else await this.#session.create(path, data, 'persistent');
      return true;
    } catch (error) {
      const overtaken =
        error instanceof ZooKeeperError && (error.code === 'BAD_VERSION' || error.code === 'NODE_EXISTS');
      if (!overtaken || last) throw error;
      return false;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    for (const end of this.#endings) end();
    this.#listeners.clear();
    await this.#writer.written();
    await this.#lock.stop();
  }

  #highestEpochSeen(): number {
    const seen = Object.values(this.#snapshot.registrations).map((registration) => registration.lastGood?.epoch ?? 0);
    return Math.max(this.#highestRouteEpoch, ...seen);
  }

  #lockChanged(): void {
    // The lock tells its first view while this object is still being built.
    if (this.#lock) this.#update({ lock: this.#lock.view() });
  }

  #update(part: Partial<CoordinationSnapshot>): void {
    if (this.#stopped) return;
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const listener of [...this.#listeners]) listener(this.#snapshot);
  }

  #watchAll(): void {
    const { paths, instances } = this.#options;
    const watchNode = (path: string, tell: (node: NodeValue | undefined) => Partial<CoordinationSnapshot>) =>
      this.#session.watchNode(
        path,
        (node) => this.#update(tell(node)),
        () => this.#wasRead(path),
      );
    this.#endings.push(
      this.#session.watchChildren(
        paths.instances,
        (names) => this.#sawNames(names ?? []),
        () => this.#wasRead(paths.instances),
      ),
      watchNode(paths.route, (node) => ({ route: this.#routeIn(node) })),
      watchNode(paths.policy, (node) => ({ policy: this.#policyIn(node) })),
      watchNode(paths.switchover, (node) => ({ switchover: this.#switchoverIn(node) })),
      ...instances.map((name) =>
        watchNode(paths.instance(name), (node) => ({
          registrations: { ...this.#snapshot.registrations, [name]: this.#registrationIn(name, node) },
        })),
      ),
    );
  }

  #sawNames(names: string[]): void {
    const foreign = this.#foreignAmong(names);
    if (foreign !== this.#snapshot.foreign) this.#update({ foreign });
  }

  /** Names that are no instance's of the pair; the same list where they are the same as before. */
  #foreignAmong(names: readonly string[]): readonly string[] {
    const { foreign: before } = this.#snapshot;
    const foreign = names.filter((name) => !(this.#options.instances as readonly string[]).includes(name));
    return foreign.join('/') === before.join('/') ? before : foreign.slice(0, 20);
  }

  #registrationIn(instance: string, node: NodeValue | undefined): SeenRegistration {
    const { system, node: nodeName, paths } = this.#options;
    const before = this.#snapshot.registrations[instance] ?? unseenRegistration();
    const place = { path: paths.instance(instance), system, node: nodeName, instance };
    return seenRegistration(before, place, node);
  }

  #routeIn(node: NodeValue | undefined): CoordinationSnapshot['route'] {
    const route = seenRecord(this.#snapshot.route, this.#options.paths.route, routeSchema, node);
    this.#highestRouteEpoch = Math.max(this.#highestRouteEpoch, route.value?.epoch ?? 0);
    return route;
  }

  #policyIn(node: NodeValue | undefined): CoordinationSnapshot['policy'] {
    return seenRecord(this.#snapshot.policy, this.#options.paths.policy, policyRecordSchema, node);
  }

  #switchoverIn(node: NodeValue | undefined): CoordinationSnapshot['switchover'] {
    const { switchover } = this.#options.paths;
    return seenRecord(this.#snapshot.switchover, switchover, switchoverRecordSchema, node);
  }

  #onStatus(): void {
    const session = this.#session.status();
    this.#connection += 1;
    this.#read.clear();
    this.#update({ session, settled: false, lock: this.#lock?.view() ?? this.#snapshot.lock });
  }

  /** Everything that is watched is read anew over each connection: until that is done, nothing absent counts as gone. */
  #wasRead(path: string): void {
    if (this.#snapshot.settled || this.#session.status().state !== 'connected') return;
    this.#read.add(path);
    if (this.#read.size < this.#watched.length) return;
    this.#update({ settled: true });
    void this.#makeWhatIsMissing(this.#connection);
  }

  async #makeWhatIsMissing(connection: number): Promise<void> {
    const { instances, policy, base } = this.#options.paths;
    if (connection !== this.#connection || this.#stopped || this.#snapshot.policy.version !== null) return;
    const data = policyBytes(newPolicyRecord(this.#options.initialPolicy));
    try {
      await this.#session.ensurePath(instances);
      await this.#session.create(policy, data, 'persistent');
    } catch (error) {
      // Another console may have made it in the meantime: its word counts.
      if (error instanceof ZooKeeperError && error.code === 'NODE_EXISTS') return;
      this.#deps.log('info', 'the records of a pair could not be made', { path: base, reason: String(error) });
      this.#retry?.cancel();
      this.#retry = this.#deps.clock.setTimer(RETRY_MS, () => void this.#makeWhatIsMissing(connection));
    }
  }
}

function policyBytes(policy: PolicyRecord): Buffer {
  return Buffer.from(recordText(policy));
}
