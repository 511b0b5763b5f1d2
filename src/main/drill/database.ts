import { DatabaseSync } from 'node:sqlite';
import { type Clock, type Random, sleep } from '#core/clock';
import { type DatabaseConfig, databaseName, type LocalDatabase, openLocalDatabase } from '#core/local-database';
import { startPostgresql } from '#core/postgresql';
import type { DatabaseKind } from './data-report.ts';
import { keysOf } from './outcomes.ts';
import { TcpProxy } from './tcp-proxy.ts';

const KEYS_A_CALL = 1_000;
const LOCK_TIMEOUT_MS = 10_000;
const LOCK_RETRY_MS = 2;

/** The PostgreSQL that a drill starts for itself, with a way to it that can be cut. */
export interface DatabaseServer {
  /** As the nodes reach it. */
  config: DatabaseConfig;
  /** As the drill reads it, whatever befalls the nodes. */
  direct: DatabaseConfig;
  proxy: TcpProxy;
  close(): Promise<void>;
}

/** The local database of the pair, as the drill reads it and takes it away. */
export interface DrillDatabase {
  readonly kind: Exclude<DatabaseKind, 'none'>;
  /** As the nodes call it. */
  readonly name: string;
  /** From now on nobody can write to it, as behind a firewall; for SQLite, as under another program's lock. */
  block(): Promise<void>;
  unblock(): Promise<void>;
  /** How many rows there are of each of a run's writes, 255 and more as 255. */
  count(node: string, run: string, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Starts a PostgreSQL. Rejects with what is missing where there is none on this machine. */
export async function startDatabaseServer(deps: { clock: Clock; random: Random }): Promise<DatabaseServer> {
  const server = await startPostgresql(deps);
  const { host, port, database, user, passwordFile } = server;
  const proxy = new TcpProxy(host, port);
  await proxy.open();
  const direct = { type: 'postgresql', host, port, database, user, passwordFile } as const;
  return {
    config: { ...direct, host: '127.0.0.1', port: proxy.port },
    direct,
    proxy,
    async close() {
      await proxy.cut();
      await server.close();
    },
  };
}

/** Opens the database that the Todb files name. */
export function openDrillDatabase(
  config: DatabaseConfig,
  server: DatabaseServer | undefined,
  { clock }: { clock: Clock },
): DrillDatabase {
  const local = openLocalDatabase(server?.direct ?? config, { clock, timeoutMs: LOCK_TIMEOUT_MS });
  const gate = config.type === 'sqlite' ? new SqliteLock(config.file, clock) : firewall(server);
  return {
    kind: config.type,
    name: databaseName(config),
    block: () => gate.close(),
    unblock: () => gate.open(),
    count: (node, run, length) => countRows(local, node, run, length),
    async close() {
      await gate.open();
      await local.close();
    },
  };
}

async function countRows(local: LocalDatabase, node: string, run: string, length: number): Promise<Uint8Array> {
  const rows = new Uint8Array(length);
  for (let from = 0; from < length; from += KEYS_A_CALL) {
    const keys = keysOf(run, from, Math.min(from + KEYS_A_CALL, length));
    const found = await local.countByKey(node, keys);
    keys.forEach((key, offset) => {
      rows[from + offset] = Math.min(found.get(key) ?? 0, 255);
    });
  }
  return rows;
}

interface Gate {
  close(): Promise<void>;
  open(): Promise<void>;
}

function firewall(server: DatabaseServer | undefined): Gate {
  return {
    close: async () => server?.proxy.silence(),
    open: async () => server?.proxy.open(),
  };
}

/** Keeps every other writer out of a SQLite file. */
class SqliteLock implements Gate {
  readonly #file: string;
  readonly #clock: Clock;
  #held: DatabaseSync | undefined;

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Waits in small steps, so that the drill's own thread stands still for none of them. */
  async close(): Promise<void> {
    const database = new DatabaseSync(this.#file, { timeout: 0 });
    const deadlineMs = this.#clock.monotonicMs() + LOCK_TIMEOUT_MS;
    for (;;) {
      try {
        database.exec('BEGIN EXCLUSIVE');
        this.#held = database;
        return;
      } catch (error) {
        if (this.#clock.monotonicMs() > deadlineMs) {
          database.close();
          throw error;
        }
      }
      await sleep(this.#clock, LOCK_RETRY_MS);
    }
  }

  async open(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    held?.exec('ROLLBACK');
    held?.close();
  }
}
