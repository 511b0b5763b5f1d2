import { type Clock, sleep } from '#core/clock';
import {
  DatabaseError,
  type DatabaseRow,
  type EpochStart,
  type LocalDatabase,
  type WriterPosition,
} from '#core/local-database';

export interface ModelRow extends DatabaseRow {
  node: string;
  /** The epoch whose claim left it out; null: it is part of the history. */
  orphan: number | null;
}

interface Writer {
  epoch: number;
  lsn: number;
  history: readonly EpochStart[];
  orphans: number;
}

/**
 * The database server as a model: what the port promises, told in the plainest way, record by record. Several instances
 * connect to it, each through a network of its own.
 */
export class ModelDatabaseServer {
  readonly rows = new Map<string, ModelRow>();
  readonly writers = new Map<string, Writer>();
  readonly baseData = new Map<string, string>([['account.PRACTICE-1', '{}']]);

  connect(clock: Clock): ModelDatabase {
    return new ModelDatabase(this, clock);
  }

  claim(node: string, history: readonly EpochStart[]): WriterPosition & { orphans: number } {
    const epoch = history.at(-1)?.epoch ?? 0;
    const former = this.writers.get(node);
    if (former && former.epoch > epoch) throw fenced(epoch);
    if (former?.epoch === epoch) return { epoch, lsn: former.lsn, orphans: former.orphans };
    let lsn = 0;
    while (lsn < (former?.lsn ?? 0) && sameEpoch(former?.history ?? [], history, lsn + 1)) lsn += 1;
    let orphans = 0;
    for (const row of this.rows.values()) {
      if (row.node !== node) continue;
      const part = [row.epoch, undefined].includes(epochAt(history, row.lsn));
      if (part) row.orphan = null;
      else if (row.orphan === null) {
        row.orphan = epoch;
        orphans += 1;
      }
    }
    this.writers.set(node, { epoch, lsn, history: [...history], orphans });
    return { epoch, lsn, orphans };
  }

  write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): void {
    const writer = this.writers.get(node);
    if (writer && writer.epoch > epoch) throw fenced(epoch);
    if (writer?.epoch !== epoch) throw new DatabaseError('REFUSED', 'model', `epoch ${epoch} has not claimed it`);
    for (const row of rows) {
      const key = `${node}/${row.epoch}/${row.lsn}`;
      if (!this.rows.has(key)) this.rows.set(key, { ...row, node, orphan: null });
    }
    writer.lsn = Math.max(writer.lsn, throughLsn);
  }

  countByKey(node: string, keys: readonly string[]): Map<string, number> {
    const counts = new Map<string, number>(keys.map((key) => [key, 0]));
    for (const row of this.rows.values()) {
      const count = counts.get(row.key);
      if (count !== undefined && row.node === node && row.orphan === null) counts.set(row.key, count + 1);
    }
    return counts;
  }
}

/** One instance's way to the server, with its faults as switches. */
export class ModelDatabase implements LocalDatabase {
  readonly name = 'model';
  /** Calls fail and do nothing. */
  unreachable = false;
  /** How long a call takes before it does anything. */
  slowMs = 0;
  /** Of the next calls, so many do what they do, and their answer is lost. */
  answersToLose = 0;
  readonly #server: ModelDatabaseServer;
  readonly #clock: Clock;

  constructor(server: ModelDatabaseServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  claim(node: string, history: readonly EpochStart[]): Promise<WriterPosition & { orphans: number }> {
    return this.#call(() => this.#server.claim(node, history));
  }

  write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): Promise<void> {
    return this.#call(() => this.#server.write(node, epoch, rows, throughLsn));
  }

  baseData(): Promise<Record<string, string>> {
    return this.#call(() => Object.fromEntries(this.#server.baseData));
  }

  countByKey(node: string, keys: readonly string[]): Promise<Map<string, number>> {
    return this.#call(() => this.#server.countByKey(node, keys));
  }

  close(): Promise<void> {
    this.unreachable = true;
    return Promise.resolve();
  }

  async #call<T>(work: () => T): Promise<T> {
    if (this.slowMs > 0) await sleep(this.#clock, this.slowMs);
    if (this.unreachable) throw new DatabaseError('UNREACHABLE', this.name, 'connect ECONNREFUSED');
    const result = work();
    if (this.answersToLose > 0) {
      this.answersToLose -= 1;
      throw new DatabaseError('UNREACHABLE', this.name, 'the connection was lost');
    }
    return result;
  }
}

/** The epoch in which a history's record was written; undefined where the history does not reach back to it. */
function epochAt(history: readonly EpochStart[], lsn: number): number | undefined {
  return history.findLast(({ firstLsn }) => firstLsn <= lsn)?.epoch;
}

function sameEpoch(one: readonly EpochStart[], other: readonly EpochStart[], lsn: number): boolean {
  const [left, right] = [epochAt(one, lsn), epochAt(other, lsn)];
  return left === right || left === undefined || right === undefined;
}

function fenced(epoch: number): DatabaseError {
  return new DatabaseError('FENCED', 'model', `a newer epoch than ${epoch} writes`);
}
