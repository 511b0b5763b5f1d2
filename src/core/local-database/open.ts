import type { Clock } from '#core/clock';
import type { DatabaseConfig } from './config.ts';
import type { LocalDatabase } from './port.ts';
import { PostgresqlDatabase } from './postgresql.ts';
import { SqliteDatabase } from './sqlite.ts';

export interface LocalDatabaseDeps {
  clock: Clock;
  /** A call's deadline, connecting included. Default 2,000. */
  timeoutMs?: number;
  /** How long a statement waits for another writer's lock. Default 250. */
  lockTimeoutMs?: number;
}

/**
 * The local database that a Todb file names. Nothing is opened before the first call, and each call opens anew what has
 * been lost; so this never fails.
 */
export function openLocalDatabase(config: DatabaseConfig, deps: LocalDatabaseDeps): LocalDatabase {
  const limits = { clock: deps.clock, timeoutMs: deps.timeoutMs ?? 2_000, lockTimeoutMs: deps.lockTimeoutMs ?? 250 };
  return config.type === 'sqlite' ? new SqliteDatabase(config, limits) : new PostgresqlDatabase(config, limits);
}
