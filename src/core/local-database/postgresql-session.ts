import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import pg from 'pg';
import { SEED_BASE_DATA } from './base-data.ts';
import { databaseName, type PostgresqlConfig } from './config.ts';
import { DatabaseError } from './port.ts';
import type { Limits } from './serial-calls.ts';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS kuantu_writer (
    node text PRIMARY KEY, epoch bigint NOT NULL, lsn bigint NOT NULL, history text NOT NULL, orphans bigint NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS kuantu_orders (
    node text NOT NULL, epoch bigint NOT NULL, lsn bigint NOT NULL, order_key text NOT NULL, payload text NOT NULL,
    orphan bigint, PRIMARY KEY (node, epoch, lsn)
  )`,
  'CREATE INDEX IF NOT EXISTS kuantu_orders_key ON kuantu_orders (node, order_key)',
  'CREATE TABLE IF NOT EXISTS kuantu_base_data (key text PRIMARY KEY, value text NOT NULL)',
];
const NAMES = ['kuantu_writer', 'kuantu_orders', 'kuantu_base_data'];
/** A query like any other: `to_regclass` may answer from what this session looked up before the lock. */
const THERE = `
  SELECT DISTINCT tablename FROM pg_tables WHERE tablename = ANY($1) AND schemaname = ANY(current_schemas(false))`;
/** SQLSTATE: a table is not there any more. */
const UNDEFINED_TABLE = '42P01';
/** Two instances that make the tables at the same moment do it one after the other. Any number that is ours will do. */
const TABLES_LOCK = 0x4b_54_48_41;
const KEEP_ALIVE_AFTER_MS = 2_000;

/** SQLSTATE classes and codes that pass by themselves: connection, shutdown, cancelled, locked, too many connections. */
const PASSING = /^(08...|57...|55P03|25P03|40...|53300)$/;

type Row = Record<string, unknown>;

/** One connection to PostgreSQL. Every failure is a {@link DatabaseError}; after one of the connection it is `lost`. */
export class PostgresqlSession {
  readonly #name: string;
  readonly #socket = new Socket();
  readonly #client: pg.Client;
  #lost = false;

  private constructor(config: PostgresqlConfig, limits: Limits, password: string | undefined) {
    this.#name = databaseName(config);
    this.#client = new pg.Client({
      host: config.host,
      port: config.port,
      database: config.database,
      user: config.user,
      ...(password === undefined ? {} : { password }),
      application_name: 'kuantu-mtnode',
      stream: () => this.#socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      statement_timeout: limits.timeoutMs,
      lock_timeout: limits.lockTimeoutMs,
      // An instance that stops within a transaction must not keep its successor from the writer's row.
      idle_in_transaction_session_timeout: limits.timeoutMs,
    });
    this.#client.on('error', () => this.drop());
    this.#client.on('end', () => this.drop());
  }

  /** Not connected yet; reads the password file where one is configured. */
  static async prepare(config: PostgresqlConfig, limits: Limits): Promise<PostgresqlSession> {
    return new PostgresqlSession(config, limits, await readPassword(config));
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Connects, and makes the tables where there are none. */
  async connect(): Promise<void> {
    await this.#mapped(() => this.#client.connect());
    if ((await this.#tables()).length < NAMES.length) await this.transaction(() => this.#makeTables());
  }

  /** Those of ours that are there. */
  async #tables(): Promise<string[]> {
    return (await this.query(THERE, [NAMES])).map(({ tablename }) => String(tablename));
  }

  async query(text: string, values: unknown[] = [], name?: string): Promise<Row[]> {
    const result = await this.#mapped(() => this.#client.query<Row>({ text, values, ...(name ? { name } : {}) }));
    return result.rows;
  }

  /** How many rows a statement changed. */
  async change(text: string, values: unknown[]): Promise<number> {
    return (await this.#mapped(() => this.#client.query(text, values))).rowCount ?? 0;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query('BEGIN');
    try {
      const result = await work();
      await this.query('COMMIT');
      return result;
    } catch (error) {
      await this.query('ROLLBACK').catch(() => this.drop());
      throw error;
    }
  }

  /** Cuts the connection, whatever is under way on it. */
  drop(): void {
    this.#lost = true;
    this.#socket.destroy();
  }

  /** Says good-bye and closes. */
  async end(): Promise<void> {
    this.#lost = true;
    await this.#mapped(() => this.#client.end());
  }

  async #makeTables(): Promise<void> {
    await this.query('SELECT pg_advisory_xact_lock($1)', [TABLES_LOCK]);
    const there = await this.#tables();
    for (const table of TABLES) await this.query(table);
    // A position in orders that are gone is none.
    if (!there.includes('kuantu_orders')) await this.query('DELETE FROM kuantu_writer');
    if (there.includes('kuantu_base_data')) return;
    await this.query('INSERT INTO kuantu_base_data (key, value) SELECT * FROM unnest($1::text[], $2::text[])', [
      Object.keys(SEED_BASE_DATA),
      Object.values(SEED_BASE_DATA),
    ]);
  }

  async #mapped<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const mapped = toDatabaseError(this.#name, error);
      // Tables are made at a connection's beginning.
      if (!(error instanceof pg.DatabaseError) || error.code === UNDEFINED_TABLE) this.drop();
      throw mapped;
    }
  }
}

async function readPassword(config: PostgresqlConfig): Promise<string | undefined> {
  if (config.passwordFile === undefined) return undefined;
  try {
    return (await readFile(config.passwordFile, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const detail = `its password file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new DatabaseError('REFUSED', databaseName(config), detail, { cause: error });
  }
}

function toDatabaseError(name: string, error: unknown): DatabaseError {
  const detail = detailOf(error);
  // What has no SQLSTATE comes from the network, but for a log-in that never got as far as the server's answer.
  const passing = error instanceof pg.DatabaseError ? PASSING.test(error.code ?? '') : !/^SASL/.test(detail);
  return new DatabaseError(passing ? 'UNREACHABLE' : 'REFUSED', name, detail, { cause: error });
}

function detailOf(error: unknown): string {
  // Where a name has several addresses, each failed for a reason of its own.
  if (error instanceof AggregateError) return error.errors.map(detailOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
