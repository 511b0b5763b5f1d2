import { type LsnRange, ownEpoch, parseHistory, planClaim, type WriterRecord } from './claim.ts';
import { databaseName, type PostgresqlConfig } from './config.ts';
import { DatabaseError, type DatabaseRow, type EpochStart, type LocalDatabase, type WriterPosition } from './port.ts';
import { PostgresqlSession } from './postgresql-session.ts';
import { countInPieces } from './read-back.ts';
import { type Limits, SerialCalls } from './serial-calls.ts';

/**
 * Epoch check, rows and position in one statement: the update locks the writer's row and finds nothing where another
 * epoch holds it, and then nothing is inserted. No instance can stop in the middle of it and keep the lock.
 */
const WRITE = `
  WITH held AS (
    UPDATE kuantu_writer SET lsn = greatest(lsn, $3) WHERE node = $1 AND epoch = $2 RETURNING 1
  ), written AS (
    INSERT INTO kuantu_orders (node, epoch, lsn, order_key, payload)
    SELECT $1, row.* FROM unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[]) AS row
    WHERE EXISTS (SELECT 1 FROM held)
    ON CONFLICT DO NOTHING
  )
  SELECT count(*)::int AS held FROM held`;

const COUNT = `
  SELECT order_key, count(*)::int AS rows FROM kuantu_orders
  WHERE node = $1 AND order_key = ANY($2) AND orphan IS NULL GROUP BY order_key`;

const WRITER = 'SELECT epoch, lsn, history, orphans FROM kuantu_writer WHERE node = $1';

/** PostgreSQL through one connection, which is made when needed and made again after it was lost. */
export class PostgresqlDatabase implements LocalDatabase {
  readonly name: string;
  readonly #config: PostgresqlConfig;
  readonly #limits: Limits;
  readonly #calls: SerialCalls;
  #session: PostgresqlSession | undefined;
  #closed = false;

  constructor(config: PostgresqlConfig, limits: Limits) {
    this.name = databaseName(config);
    this.#config = config;
    this.#limits = limits;
    this.#calls = new SerialCalls(this.name, limits);
  }

  claim(node: string, history: readonly EpochStart[]): Promise<WriterPosition & { orphans: number }> {
    return this.#call((session) => session.transaction(() => this.#claim(session, node, history)));
  }

  write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): Promise<void> {
    return this.#call(async (session) => {
      const columns = [
        rows.map((row) => row.epoch),
        rows.map(({ lsn }) => lsn),
        rows.map(({ key }) => key),
        rows.map(({ payload }) => payload),
      ];
      const [row] = await session.query(WRITE, [node, epoch, throughLsn, ...columns], 'kuantu_write');
      if (row?.held === 1) return;
      const writer = await this.#writer(session, node, WRITER);
      if (writer && writer.epoch > epoch) throw this.#fenced(epoch);
      throw new DatabaseError('REFUSED', this.name, `epoch ${epoch} of ${node} has not claimed it`);
    });
  }

  baseData(): Promise<Record<string, string>> {
    return this.#call(async (session) => {
      const rows = await session.query('SELECT key, value FROM kuantu_base_data ORDER BY key');
      return Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value)]));
    });
  }

  countByKey(node: string, keys: readonly string[]): Promise<Map<string, number>> {
    return countInPieces(keys, (piece) =>
      this.#call(async (session) => {
        const rows = await session.query(COUNT, [node, piece]);
        return rows.map((row) => [String(row.order_key), Number(row.rows)] as const);
      }),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const session = this.#session;
    if (!session || session.lost) return;
    try {
      await this.#calls.run(
        () => session.end(),
        () => session.drop(),
      );
    } catch {
      // The server was not there to hear it; the connection is cut all the same.
    }
  }

  async #claim(session: PostgresqlSession, node: string, history: readonly EpochStart[]) {
    // Locks the row, or the place where it will be: a second claim waits until this one is through.
    await session.query(
      "INSERT INTO kuantu_writer (node, epoch, lsn, history, orphans) VALUES ($1, -1, 0, '', 0) ON CONFLICT DO NOTHING",
      [node],
    );
    const plan = planClaim(await this.#writer(session, node, `${WRITER} FOR UPDATE`), history);
    if (plan.kind === 'fenced') throw this.#fenced(ownEpoch(history));
    if (plan.kind === 'again') return { epoch: plan.record.epoch, lsn: plan.record.lsn, orphans: plan.record.orphans };
    let orphans = 0;
    for (const range of plan.orphaned) orphans += await markRange(session, node, range, plan.epoch);
    for (const range of plan.restored) await markRange(session, node, range, null);
    await session.query('UPDATE kuantu_writer SET epoch = $2, lsn = $3, history = $4, orphans = $5 WHERE node = $1', [
      node,
      plan.epoch,
      plan.lsn,
      JSON.stringify(history),
      orphans,
    ]);
    return { epoch: plan.epoch, lsn: plan.lsn, orphans };
  }

  async #writer(session: PostgresqlSession, node: string, query: string): Promise<WriterRecord | undefined> {
    const [row] = await session.query(query, [node]);
    const epoch = Number(row?.epoch ?? -1);
    if (!row || epoch < 0) return undefined;
    const history = parseHistory(row.history);
    if (!history) throw new DatabaseError('REFUSED', this.name, `the history of ${node} in kuantu_writer is none`);
    return { epoch, lsn: Number(row.lsn), orphans: Number(row.orphans), history };
  }

  #fenced(epoch: number): DatabaseError {
    return new DatabaseError('FENCED', this.name, `a newer epoch than ${epoch} writes`);
  }

  #call<T>(work: (session: PostgresqlSession) => Promise<T>): Promise<T> {
    return this.#calls.run(
      async () => work(await this.#connected()),
      () => this.#session?.drop(),
    );
  }

  async #connected(): Promise<PostgresqlSession> {
    if (this.#closed) throw new DatabaseError('REFUSED', this.name, 'is closed');
    if (this.#session && !this.#session.lost) return this.#session;
    this.#session = await PostgresqlSession.prepare(this.#config, this.#limits);
    try {
      await this.#session.connect();
    } catch (error) {
      this.#session.drop();
      throw error;
    }
    return this.#session;
  }
}

/** Makes a range's rows orphans of `by`'s claim, or none where null; how many changed. */
function markRange(session: PostgresqlSession, node: string, range: LsnRange, by: number | null): Promise<number> {
  return session.change(
    `UPDATE kuantu_orders SET orphan = $1 WHERE node = $2 AND epoch = $3 AND lsn BETWEEN $4 AND $5
     AND orphan IS ${by === null ? 'NOT NULL' : 'NULL'}`,
    [by, node, range.epoch, range.fromLsn, range.toLsn],
  );
}
