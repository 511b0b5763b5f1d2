import { type MultiOp, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import { type PairPaths, parseRecord, type Route, recordText, routeSchema } from '#shared/domain';

/** The route as read, with the version that a compare-and-set needs. */
export interface RouteValue {
  route: Route;
  version: number;
}

/**
 * `done`: the change is in force. `lost`: somebody else changed the route, or the condition did not hold; nothing was
 * changed. `unknown`: ZooKeeper could not be asked; read again before anything is concluded.
 */
export type ChangeResult = 'done' | 'lost' | 'unknown';

/** The pair's route in ZooKeeper: read, and changed by compare-and-set alone. */
export class Routes {
  readonly #zookeeper: ZooKeeperSession;
  readonly #paths: PairPaths;

  constructor(zookeeper: ZooKeeperSession, paths: PairPaths) {
    this.#zookeeper = zookeeper;
    this.#paths = paths;
  }

  /** Throws ZooKeeperError, or RecordError where what is there is no route. */
  async read(): Promise<RouteValue | undefined> {
    const found = await this.#zookeeper.get(this.#paths.route);
    if (found === undefined) return undefined;
    return { route: parseRecord(routeSchema, this.#paths.route, found.data), version: found.stat.version };
  }

  /** Calls the listener with every route that is seen; what does not parse is reported instead. */
  watch(listener: (value: RouteValue | undefined) => void, onError: (error: unknown) => void): () => void {
    return this.#zookeeper.watchNode(this.#paths.route, (found) => {
      try {
        listener(
          found && { route: parseRecord(routeSchema, this.#paths.route, found.data), version: found.stat.version },
        );
      } catch (error) {
        onError(error);
      }
    });
  }

  /** Makes the route where there is none (`expectedVersion` undefined), or replaces the one of that version. */
  async change(route: Route, expectedVersion: number | undefined): Promise<ChangeResult> {
    return this.#attempt(route, async () => {
      const data = Buffer.from(recordText(route));
      if (expectedVersion === undefined) await this.#zookeeper.create(this.#paths.route, data, 'persistent');
      else await this.#zookeeper.set(this.#paths.route, data, expectedVersion);
    });
  }

  /**
   * Replaces the route only while the given instance is not registered: making and removing its node in the same multi
   * fails if it is there. An instance that registers later reads the route afterwards, and finds the change.
   */
  async changeWhileUnregistered(route: Route, expectedVersion: number, instance: string): Promise<ChangeResult> {
    const path = this.#paths.instance(instance);
    const ops: MultiOp[] = [
      { op: 'create', path, data: Buffer.alloc(0), mode: 'persistent' },
      { op: 'remove', path },
      { op: 'set', path: this.#paths.route, data: Buffer.from(recordText(route)), expectedVersion },
    ];
    return this.#attempt(route, async () => {
      await this.#zookeeper.multi(ops);
    });
  }

  async #attempt(route: Route, run: () => Promise<void>): Promise<ChangeResult> {
    try {
      await run();
      return 'done';
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      if (error.code === 'NODE_EXISTS' || error.code === 'BAD_VERSION' || error.code === 'NO_NODE') return 'lost';
      return error.code === 'OUTCOME_UNKNOWN' ? this.#lookWhether(route) : 'unknown';
    }
  }

  /** The answer to the change was lost: the route itself tells whether it came about. */
  async #lookWhether(route: Route): Promise<ChangeResult> {
    try {
      const found = (await this.read())?.route;
      const same = found?.operationId === route.operationId && found.epoch === route.epoch;
      return same && found.state === route.state ? 'done' : 'unknown';
    } catch (error) {
      if (error instanceof ZooKeeperError) return 'unknown';
      throw error;
    }
  }
}
