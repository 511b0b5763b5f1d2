import type { Clock, Timer } from '#core/clock';
import type { Watcher } from './operations.ts';
import { type NodeStat, type NodeValue, ZooKeeperError } from './port.ts';

/** What the watches need of the session. */
export interface WatchSource {
  isConnected(): boolean;
  read(path: string, watcher: Watcher): Promise<NodeValue>;
  exists(path: string, watcher: Watcher): Promise<NodeStat | undefined>;
  children(path: string, watcher: Watcher): Promise<string[]>;
  forget(path: string, watcher: Watcher): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

/** A server keeps every watch in memory, and clients with very many have brought servers down. */
const MAX_WATCHES = 10_000;
const RETRY_MS = 250;

interface Listener {
  /** Which of the values was delivered last; 0: none yet. */
  delivered: number;
  /** Something was read: tells the value, if it is another than was delivered last, and that it was read. */
  notify: () => void;
}

/**
 * One watched path: reads, leaves a watch, and reads again whenever the watch fires, the connection is new, or a read
 * failed. `T` is what the listeners get; undefined stands for "no such node".
 */
class WatchedPath<T> {
  readonly listeners = new Set<Listener>();
  readonly #path: string;
  readonly #source: WatchSource;
  readonly #clock: Clock;
  readonly #readOnce: (watcher: Watcher) => Promise<T>;
  readonly #isSame: (value: T, before: T) => boolean;
  /** The one function the library ever sees for this path: new ones would pile up as listeners. */
  readonly #fired: Watcher = () => queueMicrotask(() => this.refresh());
  #value: T | undefined;
  /** Counts the values: one that is the same as the last has its number. 0: nothing was read yet. */
  #number = 0;
  #reading = false;
  #readAgain = false;
  #retry: Timer | undefined;
  #ended = false;

  constructor(
    path: string,
    source: WatchSource,
    clock: Clock,
    readOnce: (watcher: Watcher) => Promise<T>,
    isSame: (value: T, before: T) => boolean,
  ) {
    this.#path = path;
    this.#source = source;
    this.#clock = clock;
    this.#readOnce = readOnce;
    this.#isSame = isSame;
  }

  add(listener: (value: T | undefined) => void, read: (() => void) | undefined): Listener {
    const entry: Listener = { delivered: 0, notify: () => this.#notify(entry, listener, read) };
    this.listeners.add(entry);
    // Read anew, not from memory: whoever has just written expects to be told of it.
    this.refresh();
    return entry;
  }

  /** Reads anew; while a read is under way, once more after it. */
  refresh(): void {
    if (this.#ended || !this.#source.isConnected()) return;
    this.#readAgain = true;
    if (!this.#reading) void this.#readUntilFresh();
  }

  end(): void {
    this.#ended = true;
    this.#retry?.cancel();
    this.#source.forget(this.#path, this.#fired);
  }

  async #readUntilFresh(): Promise<void> {
    this.#reading = true;
    while (this.#readAgain && !this.#ended) {
      this.#readAgain = false;
      const askedBefore = [...this.listeners];
      try {
        this.#take(await this.#readOrAwaitCreation());
        for (const listener of askedBefore) listener.notify();
      } catch (error) {
        this.#retryLater(error);
      }
    }
    this.#reading = false;
  }

  #take(value: T | undefined): void {
    const before = this.#value;
    const isSame = value === undefined || before === undefined ? value === before : this.#isSame(value, before);
    if (this.#number === 0 || !isSame) this.#number += 1;
    this.#value = value;
  }

  async #readOrAwaitCreation(): Promise<T | undefined> {
    try {
      return await this.#readOnce(this.#fired);
    } catch (error) {
      if (!(error instanceof ZooKeeperError) || error.code !== 'NO_NODE') throw error;
    }
    // The failed read has left no watch; this one fires on creation. Created in between, it is read again.
    const stat = await this.#source.exists(this.#path, this.#fired);
    return stat ? this.#readOrAwaitCreation() : undefined;
  }

  #retryLater(error: unknown): void {
    // Without a connection nothing is lost: everything is read again after the next one.
    if (!this.#source.isConnected() || this.#ended) return;
    this.#source.warn('a watched ZooKeeper path cannot be read', { path: this.#path, reason: String(error) });
    this.#retry?.cancel();
    this.#retry = this.#clock.setTimer(RETRY_MS, () => this.refresh());
  }

  #notify(entry: Listener, listener: (value: T | undefined) => void, read: (() => void) | undefined): void {
    if (!this.listeners.has(entry)) return;
    this.#guarded(() => {
      if (entry.delivered === this.#number) return;
      entry.delivered = this.#number;
      listener(this.#value);
    });
    if (read) this.#guarded(read);
  }

  #guarded(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#source.warn('a ZooKeeper watch listener threw', { path: this.#path, reason: String(error) });
    }
  }
}

/** The times are looked at because the transaction ids of a wiped server begin anew. */
function isSameNode({ stat: a }: NodeValue, { stat: b }: NodeValue): boolean {
  const isAsMade = a.czxid === b.czxid && a.ctimeMs === b.ctimeMs;
  return isAsMade && a.mzxid === b.mzxid && a.mtimeMs === b.mtimeMs && a.version === b.version;
}

function areSameNames(names: readonly string[], before: readonly string[]): boolean {
  return names.length === before.length && names.every((name, at) => name === before[at]);
}

/** All the watches of a session: level-triggered, one stable watcher per path, re-armed by reading everything again. */
export class Watches {
  readonly #source: WatchSource;
  readonly #clock: Clock;
  readonly #nodes = new Map<string, WatchedPath<NodeValue>>();
  readonly #children = new Map<string, WatchedPath<string[]>>();

  constructor(source: WatchSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  watchNode(path: string, listener: (value: NodeValue | undefined) => void, read?: () => void): () => void {
    return this.#watch(this.#nodes, path, listener, read, () => {
      const readOnce = (watcher: Watcher) => this.#source.read(path, watcher);
      return new WatchedPath(path, this.#source, this.#clock, readOnce, isSameNode);
    });
  }

  watchChildren(path: string, listener: (names: string[] | undefined) => void, read?: () => void): () => void {
    return this.#watch(this.#children, path, listener, read, () => {
      const readOnce = (watcher: Watcher) => this.#source.children(path, watcher);
      return new WatchedPath(path, this.#source, this.#clock, readOnce, areSameNames);
    });
  }

  /** Reads every watched path again: after each connection, when no watch of the one before is left. */
  refreshAll(): void {
    for (const watched of this.#nodes.values()) watched.refresh();
    for (const watched of this.#children.values()) watched.refresh();
  }

  end(): void {
    for (const watched of [...this.#nodes.values(), ...this.#children.values()]) watched.end();
    this.#nodes.clear();
    this.#children.clear();
  }

  #watch<T>(
    table: Map<string, WatchedPath<T>>,
    path: string,
    listener: (value: T | undefined) => void,
    read: (() => void) | undefined,
    make: () => WatchedPath<T>,
  ): () => void {
    let watched = table.get(path);
    if (!watched) {
      if (this.#nodes.size + this.#children.size >= MAX_WATCHES) {
        throw new ZooKeeperError('INVALID', path, `more than ${MAX_WATCHES} paths are watched`);
      }
      watched = make();
      table.set(path, watched);
    }
    const subject = watched;
    const entry = subject.add(listener, read);
    return () => {
      if (!subject.listeners.delete(entry) || subject.listeners.size > 0) return;
      subject.end();
      if (table.get(path) === subject) table.delete(path);
    };
  }
}
