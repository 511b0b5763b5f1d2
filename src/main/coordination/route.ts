import { DeadlineError, sleep } from '#core/clock';
import { type MultiOp, ZooKeeperError } from '#core/zookeeper';
import { message, parseRecord, RecordError, type Route, recordText, routeSchema } from '#shared/domain';
import type { ConsoleLock } from './lock.ts';
import type { CloseRouteRequest, CoordinationDeps, OpenRouteRequest, RouteChange, Seen } from './port.ts';

const FOLLOW_RETRY_MS = 20;

interface StoredRoute {
  route: Route;
  version: number;
}

/** What a change makes of the route found, or why it does not fit it. */
type Plan = { next: Route; done: boolean } | { refused: RouteChange };

/** What the watches show. */
interface RouteView {
  highestEpochSeen(): number;
  sharedWallMs(): number;
  route(): Seen<Route>;
}

/** Changes of one pair's route, each a compare-and-set in one multi with a check of the own election node. */
export class RouteChanges {
  readonly #deps: CoordinationDeps;
  readonly #path: string;
  readonly #lock: ConsoleLock;
  readonly #view: RouteView;

  constructor(deps: CoordinationDeps, path: string, lock: ConsoleLock, view: RouteView) {
    this.#deps = deps;
    this.#path = path;
    this.#lock = lock;
    this.#view = view;
  }

  /** Raises the epoch by one and names the new instance. Where the route already is this operation's, it is done. */
  close(request: CloseRouteRequest): Promise<RouteChange> {
    return this.#change(request.timeoutMs, (found) => {
      if (found?.route.operationId === request.operationId) return { next: found.route, done: true };
      if ((found?.route.epoch ?? 0) !== request.expectedEpoch) return { refused: this.#changedByOther() };
      const epoch = Math.max(request.expectedEpoch, this.#view.highestEpochSeen()) + 1;
      const { operationId, to: instance, incarnation, driver } = request;
      return { next: this.#route({ instance, incarnation, epoch, state: 'closed', driver, operationId }), done: false };
    });
  }

  /** Opens the route of this operation. Any other route is somebody else's by now, and stays as it is. */
  open(request: OpenRouteRequest): Promise<RouteChange> {
    return this.#change(request.timeoutMs, (found) => {
      if (found?.route.operationId !== request.operationId || found.route.epoch !== request.epoch)
        return { refused: this.#changedByOther() };
      if (found.route.state === 'open') return { next: found.route, done: true };
      return { next: this.#route({ ...found.route, state: 'open' }), done: false };
    });
  }

  #route(fields: Omit<Route, 'version' | 'token' | 'changedAtMs'>): Route {
    const { instance, incarnation, epoch, state, driver, operationId } = fields;
    const changedAtMs = this.#view.sharedWallMs();
    return {
      version: 1,
      instance,
      incarnation,
      epoch,
      state,
      driver,
      token: this.#lock.token(),
      operationId,
      changedAtMs,
    };
  }

  /** Reads, plans, writes; an unknown outcome is read again and planned anew, which finds the own operation id. */
  async #change(timeoutMs: number, plan: (found: StoredRoute | undefined) => Plan): Promise<RouteChange> {
    const deadlineMs = this.#deps.clock.monotonicMs() + timeoutMs;
    let unknown = false;
    const shown = this.#shown(plan);
    if (shown !== undefined) {
      const attempt = await this.#attempt(plan, shown);
      if (attempt.outcome === 'changed') return attempt;
      unknown = attempt.outcome === 'unknown';
      if (unknown) await sleep(this.#deps.clock, FOLLOW_RETRY_MS);
    }
    for (;;) {
      const attempt = await this.#attempt(plan);
      if (attempt.outcome === 'changed') return attempt;
      // After a lost connection the lock is looked at anew too; until then its absence refuses nothing for certain.
      const regaining = unknown && !this.#lock.held();
      if (attempt.outcome === 'refused' && !regaining) return attempt;
      unknown = true;
      if (this.#deps.clock.monotonicMs() >= deadlineMs) return attempt;
      await sleep(this.#deps.clock, FOLLOW_RETRY_MS);
    }
  }

  async #attempt(plan: (found: StoredRoute | undefined) => Plan, shown?: StoredRoute): Promise<RouteChange> {
    try {
      const found = shown ?? (await this.#read());
      const planned = plan(found);
      if ('refused' in planned) return planned.refused;
      if (planned.done) return { outcome: 'changed', route: planned.next };
      const own = this.#lock.held() ? this.#lock.ownPath() : null;
      if (own === null) return { outcome: 'refused', reason: message('failover.lockLost') };
      const data = Buffer.from(recordText(planned.next));
      // What nobody could read again must not be written: an epoch seen somewhere may be too high to be raised.
      parseRecord(routeSchema, this.#path, data);
      const write: MultiOp = found
        ? { op: 'set', path: this.#path, data, expectedVersion: found.version }
        : { op: 'create', path: this.#path, data, mode: 'persistent' };
      await this.#deps.session.multi([{ op: 'check', path: own }, write]);
      return { outcome: 'changed', route: planned.next };
    } catch (error) {
      return this.#judge(error);
    }
  }

  /** The route as its watch shows it, where it is to be changed: the write's version tells whether it is so still. */
  #shown(plan: (found: StoredRoute) => Plan): StoredRoute | undefined {
    const { value: route, version } = this.#view.route();
    if (route === null || version === null) return undefined;
    const planned = plan({ route, version });
    return 'refused' in planned || planned.done ? undefined : { route, version };
  }

  async #read(): Promise<StoredRoute | undefined> {
    const node = await this.#deps.session.get(this.#path);
    return node && { route: parseRecord(routeSchema, this.#path, node.data), version: node.stat.version };
  }

  #changedByOther(): Extract<RouteChange, { outcome: 'refused' }> {
    return { outcome: 'refused', reason: message('failover.routeChangedByOther', { path: this.#path }) };
  }

  #judge(error: unknown): RouteChange {
    const reason = message('failover.zookeeperFailed', { path: this.#path, reason: String(error).slice(0, 300) });
    if (error instanceof RecordError)
      return {
        outcome: 'refused',
        reason: message('failover.recordUnreadable', { path: this.#path, reason: error.message }),
      };
    if (error instanceof DeadlineError) return { outcome: 'unknown', reason };
    if (!(error instanceof ZooKeeperError)) throw error;
    switch (error.code) {
      case 'OUTCOME_UNKNOWN':
      case 'NOT_CONNECTED':
      case 'SESSION_EXPIRED':
        return { outcome: 'unknown', reason };
      case 'NO_NODE':
        if (error.failedIndex === 0) return { outcome: 'refused', reason: message('failover.lockLost') };
        return { outcome: 'refused', reason };
      case 'BAD_VERSION':
      case 'NODE_EXISTS':
        // It may have been an earlier try of the very same change that came through late: looked at before it is said.
        return { outcome: 'unknown', reason: this.#changedByOther().reason };
      default:
        return { outcome: 'refused', reason };
    }
  }
}
