import type { DatabaseRow } from '#core/local-database';
import { decodeEntry, type Pause, type RedoLog, type StoredOrder } from '#mtnode/redo';
import type { OrderBatch } from '#mtnode/todb';
import type { Uft } from '#mtnode/uft';

/**
 * Orders that redo no longer has, out of UFT, in LSN order: for a local database that has less than it once had. One
 * reading after the other goes on where the one before ended.
 */
export class OlderOrders {
  readonly #log: RedoLog;
  readonly #uft: Uft;
  readonly #pause: Pause;
  #orders: Iterator<StoredOrder> | undefined;
  /** Taken from the orders, and not asked for yet. */
  #ahead: StoredOrder | undefined;
  #early: DatabaseRow[] = [];
  #nextLsn = 0;
  #rewrites = -1;

  constructor(log: RedoLog, uft: Uft, pause: Pause) {
    this.#log = log;
    this.#uft = uft;
    this.#pause = pause;
  }

  /** The orders from `fromLsn` to `throughLsn`, about `maxOrders` at most. UFT has everything through there. */
  async read(fromLsn: number, throughLsn: number, maxOrders: number): Promise<OrderBatch> {
    if (this.#nextLsn !== fromLsn || this.#rewrites !== this.#log.rewrites) await this.#begin(fromLsn);
    const batch: OrderBatch = { rows: this.#early, throughLsn };
    this.#early = [];
    for (;;) {
      const order = this.#ahead ?? this.#take();
      this.#ahead = order;
      if (order === undefined || order.lsn > throughLsn) break;
      if (batch.rows.length >= maxOrders) {
        batch.throughLsn = order.lsn - 1;
        break;
      }
      batch.rows.push(...this.#rows(order, fromLsn));
      this.#ahead = undefined;
    }
    this.#nextLsn = batch.throughLsn + 1;
    return batch;
  }

  async #begin(fromLsn: number): Promise<void> {
    this.#rewrites = this.#log.rewrites;
    this.#orders = this.#uft.written();
    this.#early = [];
    for (this.#ahead = this.#take(); this.#ahead !== undefined; this.#ahead = this.#take()) {
      if (this.#ahead.lsn >= fromLsn) return;
      this.#early.push(...this.#rows(this.#ahead, fromLsn));
      await this.#pause();
    }
  }

  #take(): StoredOrder | undefined {
    const next = this.#orders?.next();
    return next?.done ? undefined : next?.value;
  }

  /** One for each time that the key was written. */
  #rows({ payload, lsn: first, repeats = [] }: StoredOrder, fromLsn: number): DatabaseRow[] {
    const entry = decodeEntry('order', payload);
    if (entry.type !== 'order') return [];
    const { key, order } = entry;
    const lsns = [first, ...repeats].filter((lsn) => lsn >= fromLsn && lsn < this.#log.firstLsn);
    return lsns.map((lsn) => ({ epoch: this.#epochAt(lsn), lsn, key, payload: JSON.stringify(order) }));
  }

  #epochAt(lsn: number): number {
    return this.#log.epochs().findLast(({ firstLsn }) => firstLsn <= lsn)?.epoch ?? 0;
  }
}
