import type { Clock, Random } from '#core/clock';
import type { Identity } from './protocol.ts';
import { type SessionLimits, type SessionRecord, SessionTable } from './sessions.ts';
import { DataTree, type Transaction } from './tree.ts';
import { WatchTable } from './watch-table.ts';

/** Everything the server remembers: tree, sessions, watches, and the number of the last transaction. */
export class Store {
  readonly sessions: SessionTable;
  readonly watches = new WatchTable();
  tree = new DataTree();
  lastZxid = 0n;
  readonly #clock: Clock;

  constructor(clock: Clock, random: Random, limits: SessionLimits) {
    this.#clock = clock;
    this.sessions = new SessionTable(clock, random, limits);
  }

  /**
   * Runs a change under the next transaction number. When it throws, what it did is undone; the number is used up
   * all the same, as in Apache ZooKeeper. Watches fire once it is done.
   */
  change<T>(proved: readonly Identity[], apply: (txn: Transaction) => T): T {
    this.lastZxid += 1n;
    const timeMs = Math.floor(this.#clock.wallMs());
    const txn: Transaction = { zxid: this.lastZxid, timeMs, proved, events: [], undo: [] };
    let result: T;
    try {
      result = apply(txn);
    } catch (error) {
      for (const undo of txn.undo.reverse()) undo();
      throw error;
    }
    this.watches.fire(txn.events);
    return result;
  }

  openSession(askedTimeoutMs: number): SessionRecord {
    this.lastZxid += 1n;
    return this.sessions.open(askedTimeoutMs);
  }

  /** Ends a session, closed or expired: its ephemeral nodes go with it. */
  endSession(session: SessionRecord): void {
    this.sessions.remove(session);
    this.change([], (txn) => this.tree.removeEphemerals(txn, session.id));
  }

  /** Forgets everything, as an emptied data directory does. */
  wipe(): void {
    this.sessions.clear();
    this.tree = new DataTree();
    this.lastZxid = 0n;
  }
}
