import type { Clock, Timer } from '#core/clock';
import { type KeptEphemeral, type NodeStat, type NodeValue, ZooKeeperError, type ZooKeeperSession } from './port.ts';

/** What keeping a node needs of the session. */
export type EphemeralSession = Pick<
  ZooKeeperSession,
  'get' | 'create' | 'ensurePath' | 'set' | 'remove' | 'multi' | 'watchNode'
> & {
  isConnected(): boolean;
  /** The current session's id as a signed number, as `ephemeralOwner` shows it. */
  ownerId(): bigint;
  warn(message: string, fields: Record<string, unknown>): void;
};

const RETRY_MS = 250;

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Holds one ephemeral node to what is wanted: there, ours, with the latest data — or, once released, gone. Everything
 * that may have changed (connection, session, the node itself, the wish) leads to one look and at most one step.
 */
export class EphemeralKeeper implements KeptEphemeral {
  readonly #session: EphemeralSession;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #isOwnLeftover: (found: Buffer) => boolean;
  readonly #onEnd: () => void;
  readonly #stopWatching: () => void;
  #wanted: Buffer | undefined;
  /** The node as it was seen or written last over this connection; undefined: it has to be read. */
  #known: NodeValue | undefined;
  #problem: string | undefined;
  #settled = false;
  #working = false;
  #lookAgain = false;
  #ended = false;
  #retry: Timer | undefined;
  #waiters: Waiter[] = [];
  #releaseWaiters: Waiter[] = [];

  constructor(
    session: EphemeralSession,
    clock: Clock,
    path: string,
    data: Buffer,
    isOwnLeftover: (found: Buffer) => boolean,
    onEnd: () => void,
  ) {
    this.#session = session;
    this.#clock = clock;
    this.#path = path;
    this.#wanted = data;
    this.#isOwnLeftover = isOwnLeftover;
    this.#onEnd = onEnd;
    // Whoever removes or changes the node wakes this up; what is shown of our own changes is known already.
    this.#stopWatching = session.watchNode(path, (value) => this.#saw(value));
    this.look();
  }

  update(data: Buffer): void {
    if (this.#wanted === undefined || this.#ended) return;
    this.#wanted = data;
    this.#settled = false;
    this.look();
  }

  settled(): Promise<void> {
    if (this.#ended || this.#wanted === undefined) return Promise.reject(this.#closedError());
    if (this.#settled) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  problem(): string | undefined {
    return this.#problem;
  }

  release(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#wanted = undefined;
    this.#settled = false;
    this.#reject(this.#waiters.splice(0));
    return new Promise((resolve, reject) => {
      this.#releaseWaiters.push({ resolve, reject });
      this.look();
    });
  }

  /** Something may have changed: look at the node and do what is missing. */
  look(): void {
    if (this.#ended) return;
    this.#lookAgain = true;
    if (!this.#working) void this.#work();
  }

  /** The connection is gone: what was settled must be looked at again after the next one. */
  connectionLost(): void {
    this.#settled = false;
    this.#known = undefined;
  }

  /** The session was closed: the node goes with it. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#retry?.cancel();
    this.#stopWatching();
    this.#reject(this.#waiters.splice(0));
    for (const waiter of this.#releaseWaiters.splice(0)) waiter.resolve();
    this.#onEnd();
  }

  #saw(value: NodeValue | undefined): void {
    if (value !== undefined && this.#known !== undefined && isNoLater(value.stat, this.#known.stat)) return;
    this.#known = value;
    this.look();
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#lookAgain && !this.#ended && this.#session.isConnected()) {
      this.#lookAgain = false;
      try {
        await this.#step();
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#working = false;
  }

  async #step(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === undefined) return this.#remove();
    const found = this.#known ?? (await this.#session.get(this.#path));
    const ours = found?.stat.ephemeralOwner === this.#session.ownerId();
    this.#known = ours ? found : undefined;
    if (!found) {
      await this.#session.create(this.#path, wanted, 'ephemeral');
    } else if (!ours && this.#isLeftover(found)) {
      await this.#session.multi([
        { op: 'remove', path: this.#path, expectedVersion: found.stat.version },
        { op: 'create', path: this.#path, data: wanted, mode: 'ephemeral' },
      ]);
    } else if (!ours) {
      // The watch tells when the other lets go.
      this.#setProblem('a node of that name belongs to another session');
      return;
    } else if (!found.data.equals(wanted)) {
      this.#known = { data: wanted, stat: await this.#session.set(this.#path, wanted, found.stat.version) };
    }
    this.#setProblem(undefined);
    if (this.#wanted !== wanted) return;
    this.#settled = true;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  async #remove(): Promise<void> {
    const found = await this.#session.get(this.#path);
    if (found?.stat.ephemeralOwner === this.#session.ownerId()) {
      await this.#session.remove(this.#path, found.stat.version);
    }
    this.end();
  }

  #isLeftover(found: NodeValue): boolean {
    if (found.stat.ephemeralOwner === 0n) return false;
    try {
      return this.#isOwnLeftover(found.data);
    } catch (error) {
      this.#session.warn('a node found at a kept path cannot be judged', { path: this.#path, reason: String(error) });
      return false;
    }
  }

  #onError(error: unknown): void {
    this.#known = undefined;
    const code = error instanceof ZooKeeperError ? error.code : undefined;
    if (code === 'NO_NODE' && this.#wanted !== undefined) {
      this.#makeParent();
    } else if (code === 'NODE_EXISTS' || code === 'BAD_VERSION' || code === 'NO_NODE') {
      // The node changed while we looked.
      this.#lookLater(0);
    } else {
      if (code !== 'NOT_CONNECTED' && code !== 'OUTCOME_UNKNOWN' && code !== 'CLOSED') {
        this.#setProblem(error instanceof Error ? error.message : String(error));
      }
      this.#lookLater(RETRY_MS);
    }
  }

  #makeParent(): void {
    const parent = this.#path.slice(0, this.#path.lastIndexOf('/')) || '/';
    this.#session.ensurePath(parent).then(
      () => this.look(),
      (error: unknown) => {
        this.#setProblem(error instanceof Error ? error.message : String(error));
        this.#lookLater(RETRY_MS);
      },
    );
  }

  #lookLater(delayMs: number): void {
    this.#retry?.cancel();
    this.#retry = this.#clock.setTimer(delayMs, () => this.look());
  }

  #setProblem(problem: string | undefined): void {
    if (problem !== undefined && problem !== this.#problem) {
      this.#session.warn('an ephemeral node cannot be kept', { path: this.#path, problem });
    }
    this.#problem = problem;
    if (problem !== undefined) this.#settled = false;
  }

  #reject(waiters: Waiter[]): void {
    for (const waiter of waiters) waiter.reject(this.#closedError());
  }

  #closedError(): ZooKeeperError {
    return new ZooKeeperError('CLOSED', this.#path, 'the node is not kept any more');
  }
}

/** Of the same node, and not changed after the other was. */
function isNoLater(stat: NodeStat, known: NodeStat): boolean {
  return stat.czxid === known.czxid && stat.ctimeMs === known.ctimeMs && stat.version <= known.version;
}
