import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#core/clock';
import type { Log } from '#core/logging';
import { createCheckRecords } from './checks.ts';
import type { Journal, StoredSwitchover } from './port.ts';
import { eventOf, switchoverOf } from './records.ts';

/** What is older than this is forgotten, and all but the latest of events and checks whatever their age. */
export const RETENTION = {
  eventDays: 90,
  events: 200_000,
  switchoverDays: 730,
  checkDays: 30,
  checkRows: 200_000,
} as const;
const DAY_MS = 86_400_000;

/** The journal over an open database. */
export function createJournal(database: DatabaseSync, clock: Clock, log: Log): Journal {
  const insertEvent = database.prepare(
    'INSERT INTO events (at_ms, severity, pair_key, instance, message_key, message_params) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const listEvents = database.prepare(
    'SELECT * FROM events WHERE id < ? AND (?2 IS NULL OR pair_key = ?2) ORDER BY id DESC LIMIT ?3',
  );
  const putSwitchover = database.prepare(
    'INSERT OR REPLACE INTO switchovers (operation_id, pair_key, at_ms, record) VALUES (?, ?, ?, ?)',
  );
  const listSwitchovers = database.prepare(
    'SELECT record FROM switchovers WHERE pair_key = ? ORDER BY at_ms DESC LIMIT ?',
  );
  const checks = createCheckRecords(database);
  let lastId = Number(database.prepare('SELECT max(id) AS id FROM events').get()?.id ?? 0);

  /** What the disk does is logged and goes no further: recording is not worth the console. */
  function attempt<T>(what: string, fallback: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      log.error(`the journal could not ${what}`, { detail: String(error) });
      return fallback;
    }
  }

  return {
    record(event) {
      const { atMs, severity, pairKey, instance, message } = event;
      lastId = attempt('record an event', lastId + 1, () => {
        const params = JSON.stringify(message.params);
        const done = insertEvent.run(Math.round(atMs), severity, pairKey, instance, message.key, params);
        return Number(done.lastInsertRowid);
      });
      return { id: lastId, ...event };
    },
    events: ({ pairKey, beforeId, limit }) =>
      attempt('list events', [], () =>
        listEvents.all(beforeId ?? Number.MAX_SAFE_INTEGER, pairKey ?? null, limit).map(eventOf),
      ),
    recordSwitchover(switchover: StoredSwitchover) {
      const { operationId, pairKey, atMs } = switchover;
      attempt('record a switchover', undefined, () => {
        putSwitchover.run(operationId, pairKey, Math.round(atMs), JSON.stringify(switchover));
      });
    },
    switchovers: (pairKey, limit) =>
      attempt('list switchovers', [], () =>
        listSwitchovers.all(pairKey, limit).map(({ record }) => switchoverOf(record)),
      ),
    recordChecks: (pairKey, run, made) => attempt('record checks', undefined, () => checks.record(pairKey, run, made)),
    lastChecks: (pairKey) => attempt('read the last checks', null, () => checks.last(pairKey)),
    checkHistory: (query) => attempt("read a check's history", [], () => checks.history(query)),
    prune() {
      const now = clock.wallMs();
      attempt('forget what is old', undefined, () => {
        database.prepare('DELETE FROM events WHERE at_ms < ?').run(now - RETENTION.eventDays * DAY_MS);
        database.prepare('DELETE FROM events WHERE id <= ?').run(lastId - RETENTION.events);
        checks.prune(now - RETENTION.checkDays * DAY_MS, RETENTION.checkRows);
        database.prepare('DELETE FROM switchovers WHERE at_ms < ?').run(now - RETENTION.switchoverDays * DAY_MS);
      });
    },
    close: () => attempt('close', undefined, () => database.close()),
  };
}
