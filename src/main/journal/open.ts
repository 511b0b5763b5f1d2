import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#core/clock';
import type { Log } from '#core/logging';
import { type Message, message } from '#shared/domain';
import { DamagedDatabaseError, NewerDatabaseError, openDatabase } from './database.ts';
import { createJournal } from './journal.ts';
import type { Journal } from './port.ts';

export interface OpenJournalOptions {
  /** The database file; null keeps everything in memory. */
  file: string | null;
  clock: Clock;
  log: Log;
}

/** Opens the journal, whatever state its file is in; what had to be done about it is its first event. */
export function openJournal({ file, clock, log }: OpenJournalOptions): Journal {
  const { database, trouble } = file === null ? { database: openDatabase(':memory:') } : openFile(file, clock);
  const journal = createJournal(database, clock, log);
  if (trouble) {
    log.warn('the journal could not be opened as it was', trouble.params);
    journal.record({ atMs: clock.wallMs(), severity: 'p3', pairKey: null, instance: null, message: trouble });
  }
  journal.prune();
  return journal;
}

function openFile(file: string, clock: Clock): { database: DatabaseSync; trouble?: Message } {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Made by ourselves first: SQLite would make it readable by everybody, and gives its side files the same mode.
    closeSync(openSync(file, 'a', 0o600));
    return { database: openDatabase(file) };
  } catch (error) {
    if (error instanceof DamagedDatabaseError) return afterDamage(file, clock);
    if (error instanceof NewerDatabaseError) return inMemory(message('shell.event.journalNewer', { file }));
    return inMemory(message('shell.event.journalMemory', { file, code: codeOf(error) }));
  }
}

function afterDamage(file: string, clock: Clock): { database: DatabaseSync; trouble: Message } {
  const aside = `${file}.damaged-${new Date(clock.wallMs()).toISOString().replaceAll(':', '-')}`;
  try {
    renameSync(file, aside);
    // The write-ahead log belongs to the damaged file: beside a new one it would be read into it.
    for (const suffix of ['-wal', '-shm'])
      if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`);
    return { database: openDatabase(file), trouble: message('shell.event.journalMoved', { file: aside }) };
  } catch (error) {
    return inMemory(message('shell.event.journalMemory', { file, code: codeOf(error) }));
  }
}

function inMemory(trouble: Message): { database: DatabaseSync; trouble: Message } {
  return { database: openDatabase(':memory:'), trouble };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
