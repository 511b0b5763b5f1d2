import { every, sleep, withDeadline } from '#core/clock';
import type { F2Socket, T2Server } from '#core/transport';
import { type Answering, Dispatcher, listenF2, t2Handler } from '#mtnode/answers';
import { Phases, Self, Sessions } from '#mtnode/instance';
import { Leadership, SelfPromotion } from '#mtnode/leadership';
import { Memory } from '#mtnode/memory';
import { OwnRegistration, PeerLink, PeerSight, Peers, Routes, type RouteValue } from '#mtnode/pair';
import { type MtNodeOptions, type MtNodePorts, type NodeContext, ownEpoch } from '#mtnode/parts';
import { GivenPromises, Guard } from '#mtnode/right';
import { createData, DataLink, DataNews, Hello, LeaseKeeper, Registering, UPKEEP_MS } from '#mtnode/upkeep';
import { pairPaths, type Registration, STATUS_CODES } from '#shared/domain';

/** How long a stopped instance's last word stands in ZooKeeper before its session ends, so that watchers read it. */
const FAREWELL_MS = 50;
const SETTLE_TIMEOUT_MS = 500;
const CLOSE_TIMEOUT_MS = 1_000;
/** Longest an orderly stop waits for the data's own end. */
const DATA_CLOSE_TIMEOUT_MS = 2_000;
/** Most writes of one connection that wait for their acknowledgement. */
const MAX_WRITES_AWAITED = 512;

/** What is known once the node listens. */
export interface Listening {
  instance: string;
  t2Port: number;
  f2Port: number;
  incarnation: string;
}

/** A running instance of the node. Whoever runs it may ask it past its listeners, as {@link Answering} says. */
export interface MtNode extends Pick<Answering, 'answer' | 'signature'> {
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
  const memory = await Memory.open(ports, options.instance, incarnation);
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
  readonly #registering: Registering;
  readonly #hello: Hello;
  readonly #keeper: LeaseKeeper;
  readonly #selfPromotion: SelfPromotion;
  readonly #link: PeerLink;
  readonly #dataLink: DataLink | undefined;
  readonly #news: DataNews | undefined;
  readonly #f2: F2Socket;
  readonly #stop = new AbortController();
  readonly #ends: (() => void)[] = [];
  #t2: T2Server | undefined;
  #lastRoute: RouteValue | undefined;
  #stopped: Promise<void> | undefined;
  #ready = false;
  /** Who else was there when that was looked at last. */
  #knownPeers = '';

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
    const data = createData(options, ports, incarnation, paths, () => this.#dataLink);
    const peers = new Peers(zookeeper, paths, options.instance, log);
    this.#context = {
      data,
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
      phases: new Phases(clock, durations, changed, {
        preload: async () => {
          await this.#dataLink?.open();
          void data?.reachDatabase(this.#stop.signal);
        },
        'base-data': async () => {
          const rows = await data?.baseData(this.#stop.signal);
          if (rows !== undefined) log.info('loaded the base data', { rows: Object.keys(rows).length });
        },
      }),
      guard: new Guard(clock, zookeeper, () => this.#onLapse()),
      promises: new GivenPromises(clock.monotonicMs(), options.promiseMs),
      routes: new Routes(zookeeper, paths),
      peers,
      peerSight: new PeerSight(clock, peers, data),
      registration: new OwnRegistration(zookeeper, paths, options.instance),
      stopping: this.#stop.signal,
      lastRoute: () => this.#lastRoute,
      saying: () => this.#saying(),
      closeClients: () => this.#t2?.closeConnections(),
    };
    this.#leadership = new Leadership(this.#context);
    if (data !== undefined) {
      const beside = () => [data.sealTrouble, data.datTrouble];
      this.#news = new DataNews(clock, () => data.status(), beside, changed);
      this.#dataLink = new DataLink(this.#context, data, this.#leadership, this.#link, () => this.#news?.consider());
    }
    this.#registering = new Registering(clock, this.#context.registration, () => this.record());
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
    const { data } = this.#context;
    // Writes wait for their group's force to disk: more of them under way make larger groups.
    const limits = data === undefined ? {} : { limits: { maxAnswersAwaited: MAX_WRITES_AWAITED } };
    const address = { host: options.host, port: options.t2Port, clock: ports.clock };
    this.#t2 = await ports.listenT2({ ...address, ...limits }, (connection) => t2Handler(this, connection));
    listenF2(this, this.#link, this.#f2);
  }

  /** Begins everything that goes on by itself. */
  run(): void {
    const { ports, options, self, log } = this.#context;
    this.#ends.push(
      ports.zookeeper.onStatus(() => this.#onZooKeeperStatus()),
      every(ports.clock, options.sweepIntervalMs, () => this.#sweep()).cancel,
      every(ports.clock, UPKEEP_MS, () => this.#upkeep()).cancel,
    );
    this.#keeper.look();
    this.#start().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      log.error('the start failed', { error });
      self.change({ status: STATUS_CODES.failed, note: `the start failed: ${String(error)}`.slice(0, 500) });
    });
  }

  #upkeep(): void {
    this.#hello.repeat();
    this.#news?.look();
    this.#context.data?.lookAtDisk();
  }

  /** 402997 (F14). Where data is kept, the other instance must not know the sessions any longer than this one. */
  #sweep(): void {
    const { self, guard, sessions, ports, data, log } = this.#context;
    if (self.facts.role !== 'primary' || guard.right().basis === 'none') return;
    const removed = sessions.sweep(ports.clock.monotonicMs());
    for (const key of removed) data?.note({ type: 'session-end', ...key });
    if (removed.length > 0) log.info('removed idle sessions', { removed: removed.length });
  }

  async #start(): Promise<void> {
    const { phases, registration, routes, peers, memory, log, ports, data } = this.#context;
    const preloaded = phases.preload();
    this.#onZooKeeperStatus();
    // Kept from here on, whenever there is a connection.
    this.#registering.begin(memory.state.incarnations);
    await preloaded.catch((error: unknown) => {
      // Damaged data is no reason to be away: what is wrong is registered, and nothing is served from it.
      if (data?.damage === undefined) throw error;
    });
    await registration.settled();
    this.#ends.push(
      routes.watch(
        (found) => this.#onRoute(found),
        (error) => log.error('the route cannot be read', { error }),
      ),
      peers.watch(() => this.#onPeers()),
      ...(this.#dataLink === undefined ? [] : [this.#dataLink.watch(ports.zookeeper)]),
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
    const { steppedDownEpoch, steppedDownLsn, steppedDownSums } = self.facts;
    const data = this.#news?.shown();
    const { role, status, note } = this.#saying();
    const { negotiatedTimeoutMs } = ports.zookeeper.status();
    const t2Port = options.advertisedT2Port || this.listening.t2Port;
    const f2Port = options.advertisedF2Port || this.listening.f2Port;
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
      lastLsn: steppedDownLsn ?? data?.lsn ?? null,
      ...(steppedDownSums === null ? {} : { steppedDownSums }),
      ...(data === undefined ? {} : { data }),
      ...(negotiatedTimeoutMs ? { sessionTimeoutMs: Math.round(negotiatedTimeoutMs) } : {}),
      selfFence: true,
      note,
    };
  }

  #saying(): Pick<Registration, 'role' | 'status' | 'note'> {
    const { role, status } = this.#context.self.facts;
    const trouble = this.#dataLink?.trouble();
    if (trouble !== undefined) return { role, status: STATUS_CODES.failed, note: trouble.slice(0, 500) };
    return { role, status, note: this.#note() };
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
    if (role === 'starting' && state !== 'connected') return `waits for ZooKeeper: ${cause ?? state}`.slice(0, 500);
    return this.#dataLink?.minorTrouble()?.slice(0, 500) ?? null;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    const { self, registration, ports, memory, log, data } = this.#context;
    const { heldEpoch, steppedDownEpoch, steppedDownLsn, steppedDownSums } = self.facts;
    const wasLoaded = this.#leadership.isDataLoaded;
    const ended = heldEpoch === undefined ? undefined : data?.stepDown();
    // From here on no beat is answered: what follows only tells the others.
    self.change({
      role: 'stopped',
      status: STATUS_CODES.notStarted,
      steppedDownEpoch: heldEpoch ?? steppedDownEpoch,
      steppedDownLsn: heldEpoch === undefined ? steppedDownLsn : (ended?.lastLsn ?? null),
      steppedDownSums: heldEpoch === undefined ? steppedDownSums : wasLoaded ? (ended?.sums ?? null) : null,
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
    this.#registering.stop();
    for (const end of this.#ends.splice(0)) end();
    await ports.zookeeper.close(CLOSE_TIMEOUT_MS);
    this.#link.close();
    await this.#f2.close();
    await closed;
    await this.#closeData();
    await memory.settled();
  }

  async #closeData(): Promise<void> {
    const { data, ports, log } = this.#context;
    if (data === undefined) return;
    await withDeadline(ports.clock, DATA_CLOSE_TIMEOUT_MS, 'the end of the data', data.close()).catch(
      (error: unknown) => log.error('the data could not be closed in order', { error }),
    );
  }

  /** Whatever is shown of this instance may have changed. */
  #changed(): void {
    if (!this.#ready) return;
    this.#dataLink?.consider();
    this.#registering.consider();
    this.#hello.consider();
    this.#dispatcher.consider();
    this.#selfPromotion.consider();
    this.#keeper.consider();
  }

  #onLapse(): void {
    this.log.error('serves no more: its lease has run out and no standby promises to wait');
    this.#context.data?.letGo();
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
    const who = this.#whoIsThere();
    // What they tell of their data changes all the time, and decides nothing about who serves.
    if (self.facts.role === 'standby' && who !== this.#knownPeers) this.#leadership.onRoute(this.#lastRoute);
    this.#knownPeers = who;
    this.#changed();
  }

  /** What the other instances say of themselves that decides who serves. */
  #whoIsThere(): string {
    const told = this.#context.peers.all().map(({ registered, registration }) => {
      const { instance, incarnation, role, status, epoch, steppedDownEpoch } = registration;
      return [registered, instance, incarnation, role, status, epoch, steppedDownEpoch];
    });
    return JSON.stringify(told);
  }
}
