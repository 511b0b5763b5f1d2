import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { CheckHistoryEntry, CheckRunView, CheckView } from '#shared/contract';
import { type CheckResult, messageSchema } from '#shared/domain';

/**
 * The checks' results. A stretch of looks in which nothing that decided has changed is one row, with its first and its last
 * look, how many there were, and the last one's result in full; it goes on for a day, then another begins. A pair's last
 * run names the results that belong to it.
 */
export const CHECKS_SCHEMA = `
CREATE TABLE check_results (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pair_key TEXT NOT NULL,
  check_id TEXT NOT NULL,
  host TEXT NOT NULL,
  signature TEXT NOT NULL,
  first_at_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  times INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX check_results_of ON check_results (pair_key, check_id, host, id);
CREATE INDEX check_results_by_time ON check_results (last_at_ms);
CREATE TABLE check_runs (
  pair_key TEXT PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;
`;

/** However long nothing changes, a row stands for a day at most: what was looked at when can be seen. */
const STRETCH_MS = 86_400_000;

const checkSchema = z.object({
  id: z.string(),
  host: z.string(),
  result: z.enum(['pass', 'warn', 'fail', 'unknown']),
  reason: messageSchema,
  evidence: z.array(z.string()),
  remedy: messageSchema.nullable(),
  commands: z.array(z.array(z.string())).optional(),
  tookMs: z.number(),
  atMs: z.number(),
  sinceMs: z.number(),
});
const rowSchema = z.object({
  id: z.number(),
  first_at_ms: z.number(),
  last_at_ms: z.number(),
  times: z.number(),
  body: z.string(),
});
const runSchema = z.object({
  atMs: z.number(),
  tookMs: z.number(),
  readiness: z.enum(['ready', 'not-ready', 'unknown']),
  reasons: z.array(messageSchema),
  members: z.array(z.object({ id: z.string(), host: z.string() })),
});

export interface CheckHistoryQuery {
  pairKey: string;
  check: string;
  /** The instance, or `pair`. */
  host: string;
  beforeId?: number | undefined;
  limit: number;
}

/** The checks' part of the journal. Throws SQLite's errors, and a ZodError where another program has written there. */
export function createCheckRecords(database: DatabaseSync) {
  const latest = database.prepare(
    'SELECT * FROM check_results WHERE pair_key = ? AND check_id = ? AND host = ? ORDER BY id DESC LIMIT 1',
  );
  const insert = database.prepare(
    'INSERT INTO check_results (pair_key, check_id, host, signature, first_at_ms, last_at_ms, times, body) VALUES (?, ?, ?, ?, ?, ?, 1, ?)',
  );
  const prolong = database.prepare('UPDATE check_results SET last_at_ms = ?, times = times + 1, body = ? WHERE id = ?');
  const putRun = database.prepare('INSERT OR REPLACE INTO check_runs (pair_key, body) VALUES (?, ?)');
  const getRun = database.prepare('SELECT body FROM check_runs WHERE pair_key = ?');
  const list = database.prepare(
    'SELECT * FROM check_results WHERE pair_key = ? AND check_id = ? AND host = ? AND id < ? ORDER BY id DESC LIMIT ?',
  );
  /** The row that is written on, by pair, check and host: read once, then known. */
  const open = new Map<string, { rowId: number; signature: string; firstAtMs: number }>();

  function openRow(pairKey: string, { id, host }: CheckResult) {
    const key = JSON.stringify([pairKey, id, host]);
    const known = open.get(key);
    if (known) return { key, row: known };
    const found = latest.get(pairKey, id, host);
    if (!found) return { key, row: undefined };
    const { id: rowId, first_at_ms: firstAtMs } = rowSchema.parse(found);
    return { key, row: { rowId, firstAtMs, signature: String(found.signature) } };
  }

  function put(pairKey: string, check: CheckView): void {
    const { key, row } = openRow(pairKey, check);
    const signature = signatureOf(check);
    const atMs = Math.round(check.atMs);
    const body = JSON.stringify(check);
    if (row?.signature === signature && atMs - row.firstAtMs < STRETCH_MS) {
      prolong.run(atMs, body, row.rowId);
      open.set(key, row);
    } else {
      const { lastInsertRowid } = insert.run(pairKey, check.id, check.host, signature, atMs, atMs, body);
      open.set(key, { rowId: Number(lastInsertRowid), signature, firstAtMs: atMs });
    }
  }

  return {
    /** `made`: those of the run's checks that were made just now. */
    record(pairKey: string, run: CheckRunView, made: readonly CheckView[]): void {
      const { checks, ...rest } = run;
      const members = checks.map(({ id, host }) => ({ id, host }));
      database.exec('BEGIN');
      try {
        for (const check of made) put(pairKey, check);
        putRun.run(pairKey, JSON.stringify({ ...rest, members }));
        database.exec('COMMIT');
      } catch (error) {
        open.clear();
        database.exec('ROLLBACK');
        throw error;
      }
    },
    last(pairKey: string): CheckRunView | null {
      const found = getRun.get(pairKey);
      if (!found) return null;
      const { members, ...run } = runSchema.parse(JSON.parse(String(found.body)));
      const checks = members.flatMap(({ id, host }) => {
        const row = latest.get(pairKey, id, host);
        return row ? [resultOf(row.body)] : [];
      });
      return { ...run, checks };
    },
    history({ pairKey, check, host, beforeId, limit }: CheckHistoryQuery): CheckHistoryEntry[] {
      return list.all(pairKey, check, host, beforeId ?? Number.MAX_SAFE_INTEGER, limit).map((found) => {
        const { id, first_at_ms: firstAtMs, last_at_ms: lastAtMs, times, body } = rowSchema.parse(found);
        return { id, firstAtMs, lastAtMs, times, check: resultOf(body) };
      });
    },
    /** Forgets what was last seen before a moment, and all but the latest rows. */
    prune(beforeMs: number, rows: number): void {
      database.prepare('DELETE FROM check_results WHERE last_at_ms < ?').run(beforeMs);
      const top = Number(database.prepare('SELECT max(id) AS id FROM check_results').get()?.id ?? 0);
      database.prepare('DELETE FROM check_results WHERE id <= ?').run(top - rows);
      open.clear();
    },
  };
}

function resultOf(body: unknown): CheckView {
  const { commands, ...check } = checkSchema.parse(JSON.parse(String(body)));
  return commands ? { ...check, commands } : check;
}

/**
 * What a result rests on. Figures that are another one at every look (ages, offsets, percents) decide only through the
 * result; names, addresses and the process's own number decide themselves.
 */
export function signatureOf({ result, reason, evidence }: CheckResult): string {
  const params = Object.entries(reason.params).filter(([name, value]) => typeof value === 'string' || name === 'pid');
  return JSON.stringify([result, reason.key, params.map(plain), evidence.map(plain)]);
}

const plain = (value: unknown) => (typeof value === 'string' ? value.replace(/\d+/g, '#') : value);
