import { every, sleep, withDeadline } from '#core/clock';
import type { F2Socket, T2Server } from '#core/transport';
import { pairPaths, type Registration, STATUS_CODES } from '#shared/domain';
import type { NodeContext } from './context.ts';
import { ownEpoch } from './context.ts';
import { Dispatcher } from './dispatcher.ts';
import { Guard } from './guard.ts';
import { Hello } from './hello.ts';
import { Leadership } from './leadership.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { type Answering, listenF2, t2Handler } from './listeners.ts';
import type { MtNodeOptions } from './options.ts';
import { PeerLink } from './peer-link.ts';
import { Peers } from './peers.ts';
import { Phases } from './phases.ts';
import type { MtNodePorts } from './ports.ts';
import { GivenPromises } from './promise.ts';
import { OwnRegistration } from './registration.ts';
import { Routes, type RouteValue } from './routes.ts';
import { Self } from './self.ts';
import { SelfPromotion } from './self-promotion.ts';
import { Sessions } from './sessions.ts';
import { Memory } from './storage.ts';

/** How long a stopped instance's last word stands in ZooKeeper before its session ends, so that watchers read it. */
const FAREWELL_MS = 50;
const SETTLE_TIMEOUT_MS = 500;
const CLOSE_TIMEOUT_MS = 1_000;

/** What is known once the node listens. */
export interface Listening {
  instance: string;
  t2Port: number;
  f2Port: number;
  incarnation: string;
}

/** A running instance of the node. */
export interface MtNode {
  readonly listening: Listening;
  /** What it registers of itself now. */
  record(): Registration;
  /** Whether a beat of a known session would be answered with 0 now. */
  isServing(): boolean;
  /** Orderly stop: serves nobody, says so in ZooKeeper, closes connections and session. Does not move the route. */
  stop(): Promise<void>;
}

/**
 * Starts an instance: it listens when this resolves, and finds its role by itself afterwards. Rejects where its storage
 * cannot be read or its ports cannot be had.
 */
export async function createMtNode(options: MtNodeOptions, ports: MtNodePorts): Promise<MtNode> {
  const incarnation = ports.random.uuid();
  const memory = await Memory.open(ports.storage, ports.log, options.instance, incarnation);
  const f2 = await ports.openF2({ host: options.host, port: options.f2Port });
  const node = new RunningNode(options, ports, incarnation, memory, f2);
  try {
    await node.listen();
  } catch (error) {
    await f2.close();
    throw error;
  }
  node.run();
  return node;
}

class RunningNode implements MtNode, Answering {
  readonly log;
  readonly #context: NodeContext;
  readonly #leadership: Leadership;
  readonly #dispatcher: Dispatcher;
  readonly #hello: Hello;
  readonly #keeper: LeaseKeeper;
  readonly #selfPromotion: SelfPromotion;
  readonly #link: PeerLink;
  readonly #f2: F2Socket;
  readonly #stop = new AbortController();
  readonly #ends: (() => void)[] = [];
  #t2: T2Server | undefined;
  #lastRoute: RouteValue | undefined;
  #stopped: Promise<void> | undefined;
  #ready = false;

  constructor(options: MtNodeOptions, ports: MtNodePorts, incarnation: string, memory: Memory, f2: F2Socket) {
    const { clock, zookeeper, log } = ports;
    const paths = pairPaths(options.pathTemplate, options.system, options.node);
    this.log = log;
    this.#f2 = f2;
    this.#link = new PeerLink(clock, ports.random, f2);
    const changed = () => this.#changed();
    const durations = {
      preload: options.preloadMs,
      'front-adapters': options.frontAdaptersMs,
      'base-data': options.baseDataMs,
    };
    this.#context = {
      options,
      ports,
      log,
      incarnation,
      paths,
      memory,
      self: new Self(changed),
      sessions: new Sessions(options.sessionIdleMs, [
        ...options.serviceSessions.map((value) => ({ kind: 'session' as const, value })),
        ...options.serviceTokens.map((value) => ({ kind: 'token' as const, value })),
      ]),
      phases: new Phases(clock, durations, changed),
      guard: new Guard(clock, zookeeper, () => this.#onLapse()),
      promises: new GivenPromises(clock.monotonicMs(), options.promiseMs),
      routes: new Routes(zookeeper, paths),
      peers: new Peers(zookeeper, paths, options.instance, log),
      registration: new OwnRegistration(zookeeper, paths, options.instance),
      stopping: this.#stop.signal,
      lastRoute: () => this.#lastRoute,
      record: () => this.record(),
      closeClients: () => this.#t2?.closeConnections(),
    };
    this.#leadership = new Leadership(this.#context);
    this.#hello = new Hello(this.#context, this.#link);
    this.#dispatcher = new Dispatcher(this.#context, this.#leadership, this.#hello);
    this.#keeper = new LeaseKeeper(this.#context, this.#leadership, this.#link);
    this.#selfPromotion = new SelfPromotion(this.#context, this.#leadership, this.#link);
    this.#ready = true;
  }

  get listening(): Listening {
    const { options, incarnation } = this.#context;
    return { instance: options.instance, t2Port: this.#t2?.port ?? 0, f2Port: this.#f2.port, incarnation };
  }

  async listen(): Promise<void> {
    const { options, ports } = this.#context;
    this.#t2 = await ports.listenT2({ host: options.host, port: options.t2Port, clock: ports.clock }, (connection) =>
      t2Handler(this, connection),
    );
    listenF2(this, this.#link, this.#f2);
  }

  /** Begins everything that goes on by itself. */
  run(): void {
    const { ports, options, sessions, self, log } = this.#context;
    this.#ends.push(
      ports.zookeeper.onStatus(() => this.#onZooKeeperStatus()),
      every(ports.clock, options.sweepIntervalMs, () => {
        if (self.facts.role !== 'primary' || this.#context.guard.right().basis === 'none') return;
        const removed = sessions.sweep(ports.clock.monotonicMs());
        if (removed > 0) log.info('removed idle sessions', { removed });
      }).cancel,
    );
    this.#keeper.look();
    this.#start().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      log.error('the start failed', { error });
      self.change({ status: STATUS_CODES.failed, note: `the start failed: ${String(error)}`.slice(0, 500) });
    });
  }

  async #start(): Promise<void> {
    const { phases, registration, routes, peers, memory, log } = this.#context;
    const preloaded = phases.preload();
    this.#onZooKeeperStatus();
    // Kept from here on, whenever there is a connection.
    registration.begin(this.record(), memory.state.incarnations);
    await preloaded;
    await registration.settled();
    this.#ends.push(
      routes.watch(
        (found) => this.#onRoute(found),
        (error) => log.error('the route cannot be read', { error }),
      ),
      peers.watch(() => this.#onPeers()),
    );
    await this.#leadership.decide();
    this.#changed();
  }

  answer(...[request, transport]: Parameters<Answering['answer']>): ReturnType<Answering['answer']> {
    return this.#dispatcher.answer(request, transport);
  }

  signature(): { epoch: number; instance: string } {
    return { epoch: ownEpoch(this.#context), instance: this.#context.options.instance };
  }

  isServing(): boolean {
    return this.#context.self.facts.role === 'primary' && this.#context.guard.right().basis !== 'none';
  }

  record(): Registration {
    const { options, ports, incarnation, memory, self, phases } = this.#context;
    const { role, status, steppedDownEpoch } = self.facts;
    const { t2Port, f2Port } = this.listening;
    return {
      version: 1,
      system: options.system,
      node: options.node,
      instance: options.instance,
      addresses: [{ viewer: 'default', host: options.advertisedHost, t2Port, f2Port }],
      process: ports.process,
      incarnation,
      svrMode: options.single ? 1 : 0,
      role,
      status,
      phases: phases.progress(),
      epoch: memory.state.highestEpoch,
      steppedDownEpoch,
      lastLsn: null,
      selfFence: true,
      note: this.#note(),
    };
  }

  #note(): string | null {
    const { self, guard, ports, registration } = this.#context;
    const { role, note } = self.facts;
    if (role === 'primary' && guard.lapsed) return 'does not serve: ZooKeeper is away and no standby promises to wait';
    if (role === 'primary' && guard.right().basis === 'promise')
      return "ZooKeeper is away: serves on its standby's promise";
    if (note !== null) return note;
    const problem = registration.problem();
    if (problem !== undefined) return `cannot register: ${problem}`.slice(0, 500);
    const { state, cause } = ports.zookeeper.status();
    return role === 'starting' && state !== 'connected' ? `waits for ZooKeeper: ${cause ?? state}`.slice(0, 500) : null;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    const { self, registration, ports, memory, log } = this.#context;
    const { heldEpoch, steppedDownEpoch } = self.facts;
    // From here on no beat is answered: what follows only tells the others.
    self.change({
      role: 'stopped',
      status: STATUS_CODES.notStarted,
      steppedDownEpoch: heldEpoch ?? steppedDownEpoch,
      note: 'stopped in order',
    });
    log.info('stops', { epoch: heldEpoch });
    const closed = this.#t2?.close();
    if (ports.zookeeper.status().state === 'connected') {
      await withDeadline(ports.clock, SETTLE_TIMEOUT_MS, 'the last registration', registration.settled()).catch(
        (error: unknown) => log.warn('the stop could not be told', { error }),
      );
      await sleep(ports.clock, FAREWELL_MS);
    }
    this.#stop.abort();
    this.#keeper.stop();
    for (const end of this.#ends.splice(0)) end();
    await ports.zookeeper.close(CLOSE_TIMEOUT_MS);
    this.#link.close();
    await this.#f2.close();
    await closed;
    await memory.settled();
  }

  /** Whatever is shown of this instance may have changed. */
  #changed(): void {
    if (!this.#ready) return;
    this.#context.registration.update(this.record());
    this.#hello.consider();
    this.#selfPromotion.consider();
  }

  #onLapse(): void {
    this.log.error('serves no more: its lease has run out and no standby promises to wait');
    this.#context.closeClients();
    this.#changed();
  }

  #onZooKeeperStatus(): void {
    this.#changed();
    this.#keeper.look();
  }

  #onRoute(found: RouteValue | undefined): void {
    this.#lastRoute = found;
    this.#leadership.onRoute(found);
    this.#changed();
  }

  #onPeers(): void {
    const { self, promises, peers, options } = this.#context;
    const route = this.#lastRoute?.route;
    const primary = route && route.instance !== options.instance ? peers.get(route.instance) : undefined;
    // Whoever stopped or stepped down at this epoch or later holds no promise of a former life of ours.
    if (primary?.registration.incarnation === route?.incarnation && primary?.registration.role === 'stopped')
      promises.forgetFormerLife();
    if (self.facts.role === 'standby') this.#leadership.onRoute(this.#lastRoute);
    this.#changed();
  }
}
