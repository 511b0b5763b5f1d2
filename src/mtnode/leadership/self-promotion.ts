import { sleep } from '#core/clock';
import { LossRefused } from '#mtnode/data';
import type { Peer, PeerLink, RouteValue } from '#mtnode/pair';
import type { NodeContext } from '#mtnode/parts';
import {
  type Driver,
  FUNCTIONS,
  type Grounds,
  hasLetGo,
  type InstanceRole,
  type InstanceStatus,
  message,
  type Registration,
  type Route,
  STATUS_CODES,
  type StepName,
} from '#shared/domain';
import { helloReplySchema } from '#shared/protocol';
import type { Leadership } from './leadership.ts';
import { SwitchoverLog } from './switchover-record.ts';
import type { Attempt } from './take-over.ts';

const ASK_AGAIN_MS = 250;

/** What a standby's decision to promote itself rests on (driver `node`, F8). */
export interface SelfPromotionFacts {
  driver: Driver;
  single: boolean;
  instance: string;
  role: InstanceRole;
  status: InstanceStatus;
  route: Route | undefined;
  /** The route is one that this process has taken for itself, and nobody serves by it yet. */
  hasTaken: boolean;
  /** False: its own redo or dat cannot be used. */
  isDataUsable: boolean;
  /** The instance that the route names, as ZooKeeper showed it last. */
  primary: Peer | undefined;
  /** The incarnation that this standby has seen serve as primary in this run. */
  followed: string | undefined;
  /** Whether what is known of ZooKeeper is of now. */
  connected: boolean;
}

/**
 * `no`: nothing to do. `ask`: the primary is gone from ZooKeeper; whether it answers directly is to be found out first,
 * for one class of evidence proves nothing. `act`: it says itself that it has stopped, or let go of its epoch. `go-on`:
 * the route was taken, and what comes after that has failed so far.
 */
export type SelfPromotionVerdict = 'no' | 'ask' | 'act' | 'go-on';

/** Judges whether a standby is to promote itself. Pure. */
export function judgeSelfPromotion(facts: SelfPromotionFacts): SelfPromotionVerdict {
  const { route, primary } = facts;
  if (facts.driver !== 'node' || facts.single || !facts.connected || !facts.isDataUsable) return 'no';
  if (facts.role !== 'standby' || facts.status !== STATUS_CODES.loading) return 'no';
  if (route === undefined || route.driver !== 'node') return 'no';
  if (route.instance === facts.instance) return facts.hasTaken ? 'go-on' : 'no';
  if (primary === undefined || facts.followed !== route.incarnation) return 'no';
  const { registration, registered } = primary;
  if (registration.incarnation !== route.incarnation) return 'no';
  if (serveNoMore(registration, route)) return 'act';
  return registered ? 'no' : 'ask';
}

/** By its own word: nothing has to be found out. */
function serveNoMore(registration: Registration, route: Route): boolean {
  return registration.role === 'stopped' || hasLetGo(registration, route);
}

/** What the route was taken upon. */
interface Decision {
  noticedAtMs: number;
  decidedAtMs: number;
  grounds: Grounds;
}

/** Carries a standby's own promotion through (driver `node`): evidence, route, promotion, completion, open route. */
export class SelfPromotion {
  readonly #context: NodeContext;
  readonly #leadership: Leadership;
  readonly #link: PeerLink;
  #followed: string | undefined;
  #running = false;
  #decision: Decision | undefined;
  /** When the route was first known to be taken. */
  #takenAtMs: number | undefined;
  /** Why the last try failed, told once. */
  #failure: string | undefined;

  constructor(context: NodeContext, leadership: Leadership, link: PeerLink) {
    this.#context = context;
    this.#leadership = leadership;
    this.#link = link;
  }

  /** Something changed. */
  consider(): void {
    const { peers, lastRoute } = this.#context;
    const named = lastRoute()?.route;
    const primary = named && peers.get(named.instance)?.registration;
    if (named && primary?.incarnation === named.incarnation && primary.role === 'primary')
      this.#followed = named.incarnation;
    if (this.#running || this.#judge() === 'no') return;
    this.#running = true;
    void this.#run()
      .catch((error: unknown) => this.#context.log.error('the promotion of itself failed', { error }))
      .finally(() => {
        this.#running = false;
      });
  }

  #judge(): SelfPromotionVerdict {
    const { options, self, lastRoute, peers, ports, data } = this.#context;
    const route = lastRoute()?.route;
    return judgeSelfPromotion({
      driver: options.driver,
      single: options.single,
      instance: options.instance,
      role: self.facts.role,
      status: self.facts.status,
      route,
      hasTaken: this.#leadership.takeOver.isMade(route),
      isDataUsable: data?.damage === undefined,
      primary: route && peers.get(route.instance),
      followed: this.#followed,
      connected: ports.zookeeper.status().state === 'connected',
    });
  }

  async #run(): Promise<void> {
    const { ports, stopping, promises } = this.#context;
    const noticedAtMs = ports.clock.wallMs();
    for (let verdict = this.#judge(); verdict !== 'no' && !stopping.aborted; verdict = this.#judge()) {
      if (await this.#tryOnce(verdict, noticedAtMs)) return;
      const boundMs = promises.bindingLeftMs(ports.clock.monotonicMs());
      const pauseMs = boundMs > 0 ? Math.min(boundMs, ASK_AGAIN_MS) : ASK_AGAIN_MS;
      await sleep(ports.clock, pauseMs, stopping);
    }
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    // What keeps it from becoming primary is no news any more: its note says what it does now.
    if (!stopping.aborted) void this.#leadership.decide();
  }

  /** False: the evidence is to be looked at anew. */
  async #tryOnce(verdict: Exclude<SelfPromotionVerdict, 'no'>, noticedAtMs: number): Promise<boolean> {
    const { ports, promises, lastRoute, peers } = this.#context;
    const isFree = () => promises.bindingLeftMs(ports.clock.monotonicMs()) === 0 && !this.#leadership.claiming;
    if (verdict === 'go-on') return isFree() && this.#promote(() => this.#isTaken());
    const found = lastRoute();
    const primary = found && peers.get(found.route.instance);
    if (found === undefined || primary === undefined) return false;
    if (verdict === 'ask' && (await this.#answersAsPrimary(primary))) return false;
    const stillSo = this.#judge() !== 'no' && lastRoute() === found && this.#mayLose();
    return stillSo && isFree() && this.#takeOver(found, primary, noticedAtMs);
  }

  /** Whether the primary itself answers over f2 that it serves. */
  async #answersAsPrimary(primary: Peer): Promise<boolean> {
    const { options, incarnation } = this.#context;
    const body = { instance: options.instance, incarnation };
    const reply = await this.#link.askThrice(primary.registration, FUNCTIONS.practiceHello, body, options.peerSilentMs);
    if (reply === undefined) return false;
    const answer = helloReplySchema.safeParse(reply);
    // It lives without serving: gone from ZooKeeper, it cannot serve again before it has read the route.
    return !(answer.success && answer.data.incarnation === primary.registration.incarnation && !answer.data.serving);
  }

  /** False where the route could not be changed, or what comes after it failed. */
  async #takeOver(found: RouteValue, { registration }: Peer, noticedAtMs: number): Promise<boolean> {
    const { ports, log } = this.#context;
    const gone = registration.instance;
    if (this.#failure === undefined)
      log.warn('the primary is gone: promotes itself', { primary: gone, epoch: found.route.epoch });
    this.#decision = { noticedAtMs, decidedAtMs: ports.clock.wallMs(), grounds: this.#grounds(gone) };
    this.#takenAtMs = undefined;
    const servesNoMore = serveNoMore(registration, found.route);
    return this.#promote(async () => (await this.#leadership.takeOver.write(found, gone, servesNoMore)) === 'done');
  }

  /** Whether the route, read now, is still the one that was taken. */
  async #isTaken(): Promise<boolean> {
    const { routes } = this.#context;
    return this.#leadership.takeOver.isMade((await routes.read())?.route);
  }

  /**
   * Promotes itself once `take` says that the route is this instance's. False where it has not come to hold the epoch: a
   * disk that fails leaves everything as it was, to be tried again.
   */
  async #promote(take: () => Promise<boolean>): Promise<boolean> {
    const record = await this.#leadership.whileClaiming(async () => {
      const held = await this.#hold(take).catch((error: unknown) => this.#failed(error));
      if (held !== undefined) return held;
      this.#leadership.preparation.withdraw();
      this.#context.data?.abandon();
      return undefined;
    });
    if (record === undefined) return false;
    this.#failure = undefined;
    await this.#complete(record);
    return true;
  }

  /** Undefined where the route is not, or no longer, this instance's. Rejects where the epoch could not be stored. */
  async #hold(take: () => Promise<boolean>): Promise<SwitchoverLog | undefined> {
    const { ports } = this.#context;
    const { takeOver, preparation } = this.#leadership;
    const { generation } = ports.zookeeper.status();
    const isTaken = await take();
    const { attempt } = takeOver;
    if (!isTaken || attempt === undefined) return undefined;
    this.#takenAtMs ??= ports.clock.wallMs();
    const request = takeOver.request(attempt.route);
    preparation.begin(request);
    if (!(await this.#sealUntilDone(request.epoch))) return undefined;
    await this.#leadership.beginPromotion(request, generation);
    takeOver.end();
    return this.#record(attempt, this.#takenAtMs);
  }

  /** Told once, and noted for whoever looks at the pair; it is tried again. */
  #failed(error: unknown): undefined {
    const { log, self } = this.#context;
    const why = error instanceof Error ? error.message : String(error);
    if (this.#failure !== why) log.error('the promotion of itself failed', { error });
    this.#failure = why;
    self.change({ note: `cannot promote itself, tries again: ${why}`.slice(0, 500) });
  }

  /**
   * The route is this instance's, and nobody serves: the old redo is sealed, or the loss is small enough, or it is tried
   * until somebody else decides. True at once where no data is kept.
   */
  async #sealUntilDone(epoch: number): Promise<boolean> {
    const { data, ports, stopping, options, log, lastRoute, self } = this.#context;
    while (data !== undefined && !stopping.aborted) {
      try {
        await data.seal(epoch, options.maxLossRecords);
        return true;
      } catch (error) {
        if (!(error instanceof LossRefused)) throw error;
        const note = `cannot promote itself: ${error.message}`.slice(0, 500);
        if (self.facts.note !== note) log.error('cannot promote itself', { why: error.message });
        self.change({ note });
      }
      await sleep(ports.clock, ASK_AGAIN_MS, stopping);
      if ((lastRoute()?.route.epoch ?? 0) > epoch) return false;
    }
    return data === undefined;
  }

  /**
   * Whether the data allows it, as far as can be told before: the mount can be read, or the bound is small enough. The
   * route is not taken for a promotion that would be refused.
   */
  #mayLose(): boolean {
    const { data, options } = this.#context;
    if (data === undefined) return true;
    const { sync, lossBound } = data.status();
    if (data.damage !== undefined) return false;
    if (sync.state === 'following' || sync.state === 'catching-up') return true;
    return lossBound !== null && lossBound <= options.maxLossRecords;
  }

  /** What it went by: ZooKeeper, and what it hears of the primary itself. */
  #grounds(instance: string): Grounds {
    const { ports, peers, peerSight, options } = this.#context;
    const peer = options.instance;
    const hasStopped = peers.get(instance)?.registration.role === 'stopped';
    const heard = peerSight.told();
    const ageMs = heard?.instance === instance ? heard.heard_ms : null;
    const unheard =
      ageMs === null
        ? message('failover.peer.neverHeard', { peer })
        : message('failover.peer.silent', { peer, silentMs: ageMs });
    const registered = message(`failover.coordination.${hasStopped ? 'stopped' : 'expired'}`);
    const sources: Grounds['instances'][number]['sources'] = [
      { class: 'coordination', says: 'gone', ageMs: null, reason: registered },
      { class: 'peer', says: ageMs === null ? 'nothing' : 'silent', ageMs, reason: unheard },
    ];
    const reason = hasStopped ? registered : message('failover.verdict.peerAndCoordination');
    return { atMs: ports.clock.wallMs(), instances: [{ instance, verdict: 'gone', reason, sources }] };
  }

  /** Of the promotion that was accepted, and written: what has been done so far. */
  #record({ before, route }: Attempt, takenAtMs: number): SwitchoverLog {
    const { ports, log, paths, options, stopping } = this.#context;
    const { clock, zookeeper } = ports;
    const { noticedAtMs, decidedAtMs, grounds } = this.#decision ?? {
      ...{ noticedAtMs: takenAtMs, decidedAtMs: takenAtMs },
      grounds: this.#grounds(before.route.instance),
    };
    const steps = new SwitchoverLog(
      { clock, zookeeper, path: paths.switchover, log, stopping },
      {
        operationId: route.operationId ?? '',
        from: before.route.instance,
        fromIncarnation: before.route.incarnation,
        to: options.instance,
        epochBefore: before.route.epoch,
        epochAfter: route.epoch,
        startedAtMs: noticedAtMs,
        grounds,
      },
    );
    steps.done('detect', noticedAtMs, decidedAtMs);
    // One multi does both: it fails where the old primary is registered.
    steps.done('prove-old-out', decidedAtMs, takenAtMs);
    steps.done('close-route', decidedAtMs, takenAtMs);
    steps.done('promote', takenAtMs, clock.wallMs());
    void steps.write();
    return steps;
  }

  async #complete(record: SwitchoverLog): Promise<void> {
    const { ports, phases, stopping, self, log, data } = this.#context;
    const { clock } = ports;
    const step = async (name: StepName, attempt: () => boolean | Promise<boolean>): Promise<boolean> => {
      const startedAtMs = clock.wallMs();
      const ok = await attempt();
      record[ok ? 'done' : 'failed'](name, startedAtMs, clock.wallMs());
      return ok;
    };
    const loaded = await step('load', async () => {
      const isLoaded = () => phases.allDone() && this.#leadership.isDataLoaded;
      while (!isLoaded() && self.facts.role === 'promoting' && !stopping.aborted) await sleep(clock, 5, stopping);
      return isLoaded();
    });
    const opened =
      loaded &&
      (await step('complete', () => this.#leadership.completePromotion())) &&
      // Whoever watches sees that a switchover is under way before it sees that it is over.
      (await step('open-route', () => record.settled().then(() => this.#leadership.openRoute())));
    if (!opened) log.warn('its own promotion did not come to an end');
    record.data(data?.status().takeover ?? null);
    record.done('report', clock.wallMs(), clock.wallMs());
    await record.end(opened ? 'done' : 'failed');
  }
}
