import { sleep } from '#core/clock';
import { ZooKeeperError } from '#core/zookeeper';
import type { NodeState } from '#mtnode/memory';
import type { RouteValue } from '#mtnode/pair';
import type { NodeContext } from '#mtnode/parts';
import { InvariantBroken, message, type Route, STATUS_CODES } from '#shared/domain';
import { type Claim, decideClaim, epochAbove } from './claim.ts';
import { Inheritance } from './inheritance.ts';
import { namesSelf, ownRoute } from './own-route.ts';
import { Preparation } from './preparation.ts';
import type { PromotionRequest } from './promotion.ts';
import { letGoOfRoute, rememberRoute } from './seen-route.ts';
import { endedByNext, endRecord } from './switchover-end.ts';
import { TakeOver } from './take-over.ts';

const RETRY_MS = 100;

/**
 * How the instance comes to hold an epoch and how it lets go of it: claims, promotion, opening the route, stepping
 * down. What others see of it is always closed first and explained afterwards.
 */
export class Leadership {
  readonly #context: NodeContext;
  #accepted: PromotionRequest | undefined;
  readonly #inheritance: Inheritance;
  /** Of a promotion that may be accepted: begun before, and withdrawn where it is not. */
  readonly preparation: Preparation;
  /** Of a standby that promotes itself. */
  readonly takeOver: TakeOver;
  /** Counts the times of holding an epoch; work begun in an earlier one stops at its next step. */
  #term = 0;
  /** The term whose data is loaded, with the epoch's first record in redo. */
  #loadedTerm: number | undefined;
  #forcePrimary: boolean;
  #claiming = false;
  #reclaiming = false;
  #deciding: Promise<void> | undefined;
  #decideAgain = false;

  constructor(context: NodeContext) {
    this.#context = context;
    this.#inheritance = new Inheritance(context);
    this.preparation = new Preparation(context, this.#inheritance);
    this.takeOver = new TakeOver(context, this.#inheritance);
    this.#forcePrimary = context.options.forcePrimary;
  }

  get accepted(): PromotionRequest | undefined {
    return this.#accepted;
  }

  /** A claim or promotion is being tried: the route may name this instance at any moment. */
  get claiming(): boolean {
    return this.#claiming;
  }

  /** Resolves when no claim of its own is after the data that a promotion is to seal. */
  undisturbed(): Promise<void> {
    return this.#inheritance.undisturbed();
  }

  /** Reads what there is and becomes primary or standby. Goes on until it could; returns early only when stopping. */
  decide(): Promise<void> {
    this.#decideAgain = true;
    this.#deciding ??= this.#decideUntilDone().finally(() => {
      this.#deciding = undefined;
    });
    return this.#deciding;
  }

  async #decideUntilDone(): Promise<void> {
    const { stopping, ports, log, self } = this.#context;
    while (!stopping.aborted && this.#decideAgain && self.facts.heldEpoch === undefined) {
      this.#decideAgain = false;
      try {
        if (await this.#decideOnce()) continue;
      } catch (error) {
        if (!(error instanceof ZooKeeperError)) {
          log.error('who is to serve could not be decided', { error });
          self.change({ note: `the records in ZooKeeper cannot be used: ${String(error)}`.slice(0, 500) });
        }
      }
      this.#decideAgain = true;
      await sleep(ports.clock, RETRY_MS, stopping);
    }
  }

  /** True once a role was taken. */
  async #decideOnce(): Promise<boolean> {
    const { routes, peers, registration, options, memory, ports, incarnation, self, promises, data } = this.#context;
    await registration.settled();
    await peers.read();
    const { generation } = ports.zookeeper.status();
    if (!registration.stoodIn(generation)) return false;
    const found = await routes.read();
    // A promotion that came meanwhile has decided; while one is being tried, its end has this looked at again.
    if (this.#claiming || self.facts.heldEpoch !== undefined || self.facts.role === 'stopped') return true;
    if (found) rememberRoute(this.#context, found.route);
    // A standby that has taken the route goes on promoting itself, from the old redo: a claim would leave that out.
    if (data?.damage === undefined && this.takeOver.isMade(found?.route)) return true;
    const isForced = this.#forcePrimary;
    const claim = decideClaim({
      instance: options.instance,
      incarnation,
      state: memory.state,
      route: found?.route,
      others: peers.registered(),
      forcePrimary: isForced,
      data: data && { isUsable: data.damage === undefined },
    });
    if (claim.kind !== 'claim') {
      if (found !== undefined && data?.damage !== undefined) letGoOfRoute(this.#context, found.route);
      this.#becomeStandby(claim);
      return true;
    }
    // Who is forced may itself have promised, in a former life, that the primary may serve on without ZooKeeper.
    if (isForced && promises.bindingLeftMs(ports.clock.monotonicMs()) > 0) {
      self.change({ note: 'forced: waits until what it may have promised before its start has run out' });
      return false;
    }
    const lacks = await this.#inheritance.keepsFromClaim(claim.epoch, found?.route, isForced);
    if (lacks !== null) {
      // Ready to be promoted by whoever accepts what may be missing; if the mount comes back it goes on by itself.
      if (!this.#claiming) this.#becomeStandby({ kind: 'wait', note: lacks });
      return false;
    }
    const route = ownRoute(this.#context, claim.epoch, options.driver);
    this.#context.log[isForced ? 'warn' : 'info']('claims the route', {
      epoch: claim.epoch,
      why: claim.reason,
    });
    if (this.#claiming || self.facts.heldEpoch !== undefined) return true;
    const claimed = await this.whileClaiming(async () => {
      await memory.update({ claiming: { epoch: claim.epoch, incarnation } });
      if ((await routes.change(route, found?.version)) !== 'done') return false;
      this.#forcePrimary = false;
      this.#term++;
      await this.#hold(claim.epoch, generation);
      return true;
    });
    if (claimed) this.#startServing();
    else data?.abandon();
    return claimed;
  }

  /** `further`: what else is to be stored with it. Rejects, with the epoch not held, where it could not be. */
  async #hold(epoch: number, generation: number, further: Partial<NodeState> = {}): Promise<void> {
    const { memory, self, guard, options } = this.#context;
    const { heldEpoch, steppedDownEpoch, steppedDownLsn, steppedDownSums, steppingDown, note, status } = self.facts;
    const before = memory.state;
    if (epoch < before.highestEpoch)
      throw new InvariantBroken(message('invariant.heldEpochFell', { epoch, seen: before.highestEpoch }));
    self.change({
      heldEpoch: epoch,
      steppedDownEpoch: null,
      steppedDownLsn: null,
      steppedDownSums: null,
      steppingDown: false,
      note: null,
      status: STATUS_CODES.loading,
    });
    guard.trust(generation);
    try {
      await memory.update({
        heldEpoch: epoch,
        highestEpoch: Math.max(epoch, memory.state.highestEpoch),
        claiming: null,
        lastRoute: { instance: options.instance, epoch },
        ...further,
      });
    } catch (error) {
      guard.forget();
      self.change({ heldEpoch, steppedDownEpoch, steppedDownLsn, steppedDownSums, steppingDown, note, status });
      memory.note({ heldEpoch: before.heldEpoch, claiming: before.claiming });
      throw error;
    }
  }

  /** After a claim at start: the phases a standby leaves out (F5) and the data, then the route is opened. */
  #startServing(): void {
    const term = this.#term;
    void Promise.all([this.#loadPhases(), this.#loadData()]).then(async (loaded) => {
      if (loaded.includes(false) || term !== this.#term) return;
      this.#becomePrimary();
      if (await this.openRoute()) await this.#endSwitchover();
    });
  }

  /** Serves by a claim: a switchover of the pair's own, whose process ended before it was recorded, is over. */
  async #endSwitchover(): Promise<void> {
    const { ports, paths, options, stopping, log, self } = this.#context;
    const { clock, zookeeper } = ports;
    const epoch = self.facts.heldEpoch ?? 0;
    await endRecord({ clock, zookeeper, path: paths.switchover, log, stopping }, (found) =>
      endedByNext(found, { instance: options.instance, epoch, atMs: clock.wallMs() }),
    );
  }

  /** False where the term ended first. */
  #loadPhases(): Promise<boolean> {
    const { phases, stopping, log } = this.#context;
    return phases.loadRest().catch((error: unknown) => {
      if (!stopping.aborted) log.error('a start-up phase failed', { error });
      return false;
    });
  }

  /** False where the term ended first, or ends by it. */
  async #loadData(): Promise<boolean> {
    const term = this.#term;
    try {
      if (!(await this.#inheritance.load(() => term === this.#term))) return false;
      this.#loadedTerm = term;
      this.#context.self.change({});
      return true;
    } catch (error) {
      if (term !== this.#term || this.#context.stopping.aborted) return false;
      const why = error instanceof Error ? error.message : String(error);
      const epoch = this.#context.self.facts.heldEpoch ?? 0;
      // A console that promoted it looks for another way; nobody else does for who took the route by itself.
      const isByConsole = this.#accepted !== undefined && this.#accepted.token !== null;
      void this.stepDown(epoch, `the data could not be loaded: ${why}`.slice(0, 500), !isByConsole);
      return false;
    }
  }

  /** Whether the data of the epoch held is loaded and its term has begun; true where no data is kept. */
  get isDataLoaded(): boolean {
    return this.#context.data === undefined || this.#loadedTerm === this.#term;
  }

  #becomePrimary(): void {
    const { self, sessions, ports, log, data } = this.#context;
    if (data === undefined) sessions.restartIdleTimes(ports.clock.monotonicMs());
    else sessions.restore(data.sessions(), ports.clock.monotonicMs());
    self.change({ role: 'primary', status: STATUS_CODES.serving, note: null });
    log.info('is primary', { epoch: self.facts.heldEpoch });
  }

  #becomeStandby(claim: Exclude<Claim, { kind: 'claim' }>): void {
    const { self, memory, log } = this.#context;
    const { role, note } = self.facts;
    const { claiming, lastRoute } = memory.state;
    // A claim whose outcome was unknown counts as failed only once the route has gone past it.
    if (claiming !== null && (lastRoute?.epoch ?? 0) >= claiming.epoch) memory.note({ claiming: null });
    if (role === 'standby' && note === claim.note) return;
    self.change({ role: 'standby', status: STATUS_CODES.loading, note: claim.note, steppingDown: false });
    log.info('is standby', { of: claim.kind === 'follow' ? claim.primary : null, note: claim.note });
  }

  /** Opens the route for the epoch held, by compare-and-set; tries until it is open or no longer this instance's. */
  async openRoute(): Promise<boolean> {
    const { stopping, ports, self, log } = this.#context;
    const term = this.#term;
    while (!stopping.aborted && term === this.#term) {
      const outcome = await this.#openOnce().catch((error: unknown) => {
        if (!(error instanceof ZooKeeperError)) log.error('the route cannot be opened', { error });
        return 'again' as const;
      });
      if (outcome === 'open') log.info('opened the route', { epoch: self.facts.heldEpoch });
      if (outcome !== 'again') return outcome === 'open';
      await sleep(ports.clock, RETRY_MS, stopping);
    }
    return false;
  }

  async #openOnce(): Promise<'open' | 'not-ours' | 'again'> {
    const { routes, ports } = this.#context;
    const found = await routes.read();
    if (found === undefined || !namesSelf(this.#context, found.route)) return 'not-ours';
    if (found.route.state === 'open') return 'open';
    const opened: Route = { ...found.route, state: 'open', changedAtMs: ports.clock.wallMs() };
    return (await routes.change(opened, found.version)) === 'done' ? 'open' : 'again';
  }

  /**
   * 45184006, or the standby's own decision, prepared before: stores epoch and token, then becomes `promoting` and loads the rest in the
   * background. Rejects, unchanged, where they could not be stored.
   */
  async beginPromotion(request: PromotionRequest, generation: number): Promise<void> {
    const { self, log, registration } = this.#context;
    this.#term++;
    // Stored by now, mostly: every forcing to disk is a part of the outage.
    await this.#hold(request.epoch, generation, this.preparation.state(request));
    this.preparation.end();
    this.#accepted = request;
    if (!registration.stoodIn(generation)) this.#context.guard.forget();
    self.change({ role: 'promoting' });
    log.info('promotion accepted', { epoch: request.epoch, operationId: request.operationId });
    void this.#loadData();
  }

  /** 402999: completes a promotion whose phases are done (F8); false while they are not. */
  completePromotion(): boolean {
    const { self, phases } = this.#context;
    if (self.facts.role === 'primary') return true;
    if (self.facts.role !== 'promoting' || !phases.allDone() || !this.isDataLoaded) return false;
    this.#becomePrimary();
    return true;
  }

  /**
   * Stops serving at once: another holds `epoch`, or none may. Clients are let go first, then ZooKeeper is told; the
   * process goes on as a standby. `staysRightful`: only this process cannot go on; while the route names nobody else, the
   * instance's next one, whose disk works again, takes up what it held.
   */
  async stepDown(epoch: number, reason: string, staysRightful = false): Promise<void> {
    const { self, sessions, guard, phases, memory, log, data } = this.#context;
    const wasLoaded = this.isDataLoaded;
    const term = ++this.#term;
    this.#accepted = undefined;
    const ended = data?.stepDown();
    self.change({
      role: 'starting',
      status: STATUS_CODES.notStarted,
      heldEpoch: undefined,
      steppedDownEpoch: epoch,
      steppedDownLsn: ended?.lastLsn ?? null,
      // Of one that had not come to serve it says nothing of what was acknowledged.
      steppedDownSums: wasLoaded ? (ended?.sums ?? null) : null,
      steppingDown: true,
      note: reason,
    });
    this.#context.closeClients();
    guard.forget();
    sessions.clear();
    log.warn('steps down', { epoch, reason });
    memory.note({
      ...(staysRightful ? {} : { heldEpoch: null }),
      claiming: null,
      highestEpoch: Math.max(memory.state.highestEpoch, epoch),
    });
    phases.reset();
    if ((await phases.preload()) && term === this.#term) await this.decide();
  }

  /** The route as ZooKeeper shows it now; undefined: there is none. Fences this instance where it names another. */
  onRoute(found: RouteValue | undefined): void {
    const { self } = this.#context;
    const route = found?.route;
    if (route) rememberRoute(this.#context, route);
    const { heldEpoch, role } = self.facts;
    if (this.#claiming || role === 'stopped') return;
    if (heldEpoch === undefined) {
      if (role === 'standby') void this.decide();
    } else if (route === undefined || route.epoch < heldEpoch) {
      void this.#reclaim();
    } else if (!namesSelf(this.#context, route)) {
      void this.stepDown(route.epoch, `epoch ${route.epoch} belongs to ${route.instance}`);
    }
  }

  /** Runs what may make the route name this instance; changes of the route are looked at again afterwards. */
  async whileClaiming<T>(run: () => Promise<T>): Promise<T> {
    this.#claiming = true;
    try {
      return await run();
    } finally {
      this.#claiming = false;
      this.onRoute(this.#context.lastRoute());
    }
  }

  /** The route is gone, or names another at a lower epoch: ZooKeeper was wiped. Claims it again, above every epoch. */
  async #reclaim(): Promise<void> {
    if (this.#reclaiming) return;
    this.#reclaiming = true;
    const { stopping, ports, log, self } = this.#context;
    const term = this.#term;
    try {
      while (!stopping.aborted && term === this.#term) {
        try {
          if (await this.#reclaimOnce()) break;
        } catch (error) {
          if (!(error instanceof ZooKeeperError)) log.error('the lost route could not be claimed', { error });
        }
        await sleep(ports.clock, RETRY_MS, stopping);
      }
    } finally {
      this.#reclaiming = false;
    }
    if (term === this.#term && self.facts.role === 'primary') await this.openRoute();
  }

  /** True when there is nothing left to claim. */
  async #reclaimOnce(): Promise<boolean> {
    const { registration, routes, peers, options, memory, self, log, incarnation, ports, data } = this.#context;
    await registration.settled();
    await peers.read();
    const { generation } = ports.zookeeper.status();
    const found = await routes.read();
    const { heldEpoch } = self.facts;
    if (heldEpoch === undefined || !registration.stoodIn(generation)) return heldEpoch === undefined;
    if (found && found.route.epoch >= heldEpoch) {
      this.onRoute(found);
      return true;
    }
    // Whoever has seen a higher epoch may hold it: this instance was passed over while it was not looking.
    const ahead = peers.registered().find((other) => other.epoch > heldEpoch);
    if (ahead) {
      void this.stepDown(ahead.epoch, `${ahead.instance} has seen epoch ${ahead.epoch}`);
      return true;
    }
    const epoch = epochAbove(memory.state.highestEpoch);
    const { status } = self.facts;
    log.warn('the route was lost; claims it again', { epoch });
    return this.whileClaiming(async () => {
      await memory.update({ claiming: { epoch, incarnation } });
      if ((await routes.change(ownRoute(this.#context, epoch, options.driver), found?.version)) !== 'done')
        return false;
      await this.#hold(epoch, generation);
      self.change({ status });
      if (this.isDataLoaded) await data?.lead(epoch);
      return true;
    });
  }
}
