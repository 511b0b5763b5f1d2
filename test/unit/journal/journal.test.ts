import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core/logging';
import { type Journal, openJournal } from '#main/journal';
import type { CheckRunView, CheckView } from '#shared/contract';
import { message } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';

const DAY_MS = 86_400_000;
let directory: string;
let file: string;
const open: Journal[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-journal-'));
  file = join(directory, 'state', 'journal.db');
});
afterEach(() => {
  for (const journal of open.splice(0)) journal.close();
  rmSync(directory, { recursive: true, force: true });
});

function journalAt(path: string | null, clock = new VirtualClock()): Journal {
  const journal = openJournal({ file: path, clock, log: silentLog });
  open.push(journal);
  return journal;
}
it.skipIf(process.platform === 'win32')('is readable by its owner alone', () => {
  journalAt(file).record(event(1));
  for (const name of readdirSync(join(directory, 'state')))
    expect([name, statSync(join(directory, 'state', name)).mode & 0o077]).toEqual([name, 0]);
});

const event = (n: number, pairKey: string | null = 'e/p', atMs = 1_000_000 + n) => ({
  atMs,
  severity: 'p3' as const,
  pairKey,
  instance: 'a',
  message: message('shell.event.test', { from: 'a', n }),
});
const switchover = (operationId: string, atMs: number, outageMs = 120) => ({
  operationId,
  pairKey: 'e/p',
  atMs,
  outcome: 'done' as const,
  trigger: 'automatic' as const,
  from: 'a',
  to: 'b',
  epochBefore: 1,
  epochAfter: 2,
  outageMs,
  outageErrorMs: 5,
  steps: [],
  data: null,
  askedBy: null,
});

describe('the journal', () => {
  it('keeps why a switchover was begun and what was verified, and reads those of earlier consoles without', () => {
    const reason = message('failover.verdict.networkAndHost');
    const sources = [{ class: 'host' as const, says: 'gone' as const, ageMs: 12, reason }];
    const grounds = { atMs: 5, instances: [{ instance: 'a', verdict: 'gone' as const, reason, sources }] };
    const verified = [{ what: 'sessions' as const, result: 'equal' as const, said: reason }];
    const journal = journalAt(file);
    journal.recordSwitchover(switchover('old', 1_000));
    journal.recordSwitchover({ ...switchover('new', 2_000), grounds, verified });
    expect(journal.switchovers('e/p', 2)).toEqual([
      { ...switchover('new', 2_000), grounds, verified },
      switchover('old', 1_000),
    ]);
  });

  it('lists newest first, in pages, and by pair', () => {
    const clock = new VirtualClock(2_000_000);
    const journal = journalAt(null, clock);
    for (let n = 1; n <= 5; n++) journal.record(event(n, n % 2 ? 'e/p' : 'e/q'));
    const page = journal.events({ limit: 2 });
    expect(page.map(({ message }) => message.params.n)).toEqual([5, 4]);
    const next = journal.events({ limit: 2, beforeId: page[1]?.id });
    expect(next.map(({ message }) => message.params.n)).toEqual([3, 2]);
    expect(journal.events({ limit: 9, pairKey: 'e/q' }).map(({ message }) => message.params.n)).toEqual([4, 2]);
    expect(journal.events({ limit: 1 })[0]).toEqual({ id: 5, ...event(5) });
  });

  it('remembers across starts, and goes on counting', () => {
    const clock = new VirtualClock(2_000_000);
    const first = journalAt(file, clock);
    const { id } = first.record(event(1));
    first.recordSwitchover(switchover('op-1', 1_500_000));
    first.close();
    const second = journalAt(file, clock);
    expect(second.events({ limit: 9 })).toEqual([{ id, ...event(1) }]);
    expect(second.switchovers('e/p', 9)).toEqual([switchover('op-1', 1_500_000)]);
    expect(second.record(event(2)).id).toBeGreaterThan(id);
  });

  it('keeps one record of a switchover, the latest', () => {
    const journal = journalAt(null, new VirtualClock(2_000_000));
    journal.recordSwitchover(switchover('op-1', 1_500_000, 100));
    journal.recordSwitchover(switchover('op-1', 1_500_000, 200));
    journal.recordSwitchover(switchover('op-2', 1_600_000, 300));
    expect(journal.switchovers('e/p', 9).map(({ outageMs }) => outageMs)).toEqual([300, 200]);
    expect(journal.switchovers('e/other', 9)).toEqual([]);
  });

  it('forgets events after 90 days and not before', () => {
    const clock = new VirtualClock();
    const journal = journalAt(null, clock);
    journal.record(event(1, 'e/p', clock.wallMs() - 91 * DAY_MS));
    journal.record(event(2, 'e/p', clock.wallMs() - 89 * DAY_MS));
    journal.prune();
    expect(journal.events({ limit: 9 }).map(({ message }) => message.params.n)).toEqual([2]);
  });
});

describe('a journal file in trouble', () => {
  it('that is damaged is moved aside whole, with an event that names it', () => {
    journalAt(file).close();
    writeFileSync(file, 'this was a database once '.repeat(500));
    const journal = journalAt(file);
    const [only] = journal.events({ limit: 9 });
    expect(only?.message.key).toBe('shell.event.journalMoved');
    const aside = String(only?.message.params.file);
    expect(readFileSync(aside, 'utf8')).toContain('this was a database once');
    journal.record(event(1));
    expect(journal.events({ limit: 9 })).toHaveLength(2);
  });

  it('that a newer console made is not touched', () => {
    journalAt(file).close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const journal = journalAt(file);
    expect(journal.events({ limit: 9 })[0]?.message.key).toBe('shell.event.journalNewer');
    expect(readdirSync(join(directory, 'state')).filter((name) => name.includes('damaged'))).toEqual([]);
    journal.record(event(1));
    expect(journal.events({ limit: 9 })).toHaveLength(2);
  });

  it('that cannot be had leaves the console with one in memory', () => {
    writeFileSync(join(directory, 'state'), 'a file where the folder should be');
    const journal = journalAt(file);
    expect(journal.events({ limit: 9 })[0]?.message.key).toBe('shell.event.journalMemory');
    expect(journal.record(event(1)).id).toBe(2);
  });

  it('never throws at who records, even when it is closed', () => {
    const journal = journalAt(null);
    journal.close();
    expect(journal.record(event(1)).message.params.n).toBe(1);
    expect(journal.events({ limit: 9 })).toEqual([]);
    expect(journal.switchovers('e/p', 9)).toEqual([]);
    expect(() => journal.prune()).not.toThrow();
  });
});

describe('checks', () => {
  const NOW_MS = new VirtualClock().wallMs();
  const check = (change: Partial<CheckView> = {}): CheckView => ({
    id: 'process',
    host: 'A',
    result: 'pass',
    reason: message('check.mt.ok', { pid: 7, seconds: 60 }),
    evidence: ['7 1 01:00 mt_server'],
    remedy: null,
    tookMs: 12,
    atMs: NOW_MS,
    sinceMs: NOW_MS,
    ...change,
  });
  const run = (checks: CheckView[], atMs = NOW_MS): CheckRunView => ({
    ...{ atMs, tookMs: 20, readiness: 'not-ready', reasons: [message('check.readiness.failed', { server: 'A' })] },
    checks,
  });
  const query = { pairKey: 'e/p', check: 'process', host: 'A', limit: 10 };

  it('are read again after a restart as they were', () => {
    const other = check({
      id: 'mount',
      host: 'B',
      result: 'fail',
      remedy: message('check.remedy.mount'),
      commands: [['mount', '/m']],
    });
    const journal = journalAt(file);
    expect(journal.lastChecks('e/p')).toBeNull();
    journal.recordChecks('e/p', run([check(), other]), [check(), other]);
    journal.close();
    const again = journalAt(file);
    expect(again.lastChecks('e/p')).toEqual(run([check(), other]));
    expect(again.lastChecks('e/q')).toBeNull();
    // Those that are no part of the last run are not read into it.
    again.recordChecks('e/p', run([check()]), []);
    expect(again.lastChecks('e/p')?.checks).toEqual([check()]);
  });

  it('of one kind are one row for as long as nothing that decides changes', () => {
    const journal = journalAt(file);
    const tell = (change: Partial<CheckView>) => journal.recordChecks('e/p', run([]), [check(change)]);
    tell({});
    tell({
      atMs: NOW_MS + 2_000,
      reason: message('check.mt.ok', { pid: 7, seconds: 61 }),
      evidence: ['7 1 01:01 mt_server'],
    });
    tell({
      atMs: NOW_MS + 3_000,
      reason: message('check.mt.ok', { pid: 8, seconds: 0 }),
      evidence: ['8 1 00:00 mt_server'],
    });
    tell({ atMs: NOW_MS + 4_000, result: 'fail', reason: message('check.mt.none'), evidence: [] });
    expect(
      journal.checkHistory(query).map(({ firstAtMs, lastAtMs, times, check: { result } }) => ({
        firstAtMs,
        lastAtMs,
        times,
        result,
      })),
    ).toEqual([
      { firstAtMs: NOW_MS + 4_000, lastAtMs: NOW_MS + 4_000, times: 1, result: 'fail' },
      { firstAtMs: NOW_MS + 3_000, lastAtMs: NOW_MS + 3_000, times: 1, result: 'pass' },
      { firstAtMs: NOW_MS, lastAtMs: NOW_MS + 2_000, times: 2, result: 'pass' },
    ]);
    // The last look of a stretch is kept in full.
    expect(journal.checkHistory(query)[2]?.check.reason.params.seconds).toBe(61);
    const [newest] = journal.checkHistory({ ...query, limit: 1 });
    expect(journal.checkHistory({ ...query, beforeId: newest?.id })).toHaveLength(2);
    expect(journal.checkHistory({ ...query, host: 'B' })).toEqual([]);
  });

  it('begin another row each day, and go on in the same one after a restart', () => {
    const journal = journalAt(file);
    journal.recordChecks('e/p', run([]), [check()]);
    journal.close();
    const again = journalAt(file);
    again.recordChecks('e/p', run([]), [check({ atMs: NOW_MS + DAY_MS })]);
    again.recordChecks('e/p', run([]), [check({ atMs: NOW_MS + DAY_MS + 2_000 })]);
    expect(again.checkHistory(query).map(({ times }) => times)).toEqual([2, 1]);
  });

  it('are forgotten when their time is over', () => {
    const clock = new VirtualClock();
    const journal = journalAt(file, clock);
    journal.recordChecks('e/p', run([]), [check({ atMs: clock.wallMs() - 31 * DAY_MS })]);
    journal.recordChecks('e/p', run([]), [check({ id: 'mount', atMs: clock.wallMs() - 29 * DAY_MS })]);
    journal.prune();
    expect(journal.checkHistory(query)).toEqual([]);
    expect(journal.checkHistory({ ...query, check: 'mount' })).toHaveLength(1);
    // What was forgotten is begun anew.
    journal.recordChecks('e/p', run([]), [check({ atMs: clock.wallMs() })]);
    expect(journal.checkHistory(query)).toHaveLength(1);
  });

  it('have their tables made in a journal of before there were any, which keeps what it had', () => {
    const journal = journalAt(file);
    journal.record(event(1, 'e/p', NOW_MS));
    journal.close();
    const old = new DatabaseSync(file);
    old.exec('DROP TABLE check_results; DROP TABLE check_runs; PRAGMA user_version = 1;');
    old.close();
    const again = journalAt(file);
    expect(again.events({ limit: 10 })).toMatchObject([{ message: { key: 'shell.event.test' } }]);
    again.recordChecks('e/p', run([check()]), [check()]);
    expect(again.lastChecks('e/p')?.checks).toHaveLength(1);
  });
});
