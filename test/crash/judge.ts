import { type Disk, openFileDisk, openRedoLog, RedoDamage, type RedoLog } from '#mtnode/redo';
import { loadUft, Uft } from '#mtnode/uft';
import type { Damage } from './damage.ts';
import type { History, Written } from './history.ts';

export type Outcome =
  | { kind: 'recovered'; lastLsn: number; problems: string[] }
  | { kind: 'refused'; file: string; offset: number; problems: string[] }
  | { kind: 'crashed'; problems: string[] };

/** How a case's folder is opened; a test hands in one that lacks a guard. */
export type OpenDisk = (folder: string) => Promise<Disk & { close(): Promise<void> }>;

/** Recovers the log in a folder with the product's own code, and says whether what comes out is what was written. */
export async function recoverAndCheck(folder: string, history: History, openDisk: OpenDisk): Promise<Outcome> {
  const disk = await openDisk(folder);
  try {
    return await checkRecovered(disk, history);
  } catch (error) {
    if (error instanceof RedoDamage) {
      const { file, offset } = error;
      const isNamed = file !== '' && Number.isInteger(offset) && offset >= 0;
      return { kind: 'refused', file, offset, problems: isNamed ? [] : ['refused without file and offset'] };
    }
    return { kind: 'crashed', problems: [`neither recovered nor refused: ${String(error)}`] };
  } finally {
    await disk.close();
  }
}

export const realDisk: OpenDisk = openFileDisk;

async function checkRecovered(disk: Disk, history: History): Promise<Outcome> {
  const options = { segmentBytes: history.segmentBytes };
  const log = await openRedoLog(disk, options);
  const uft = new Uft();
  await loadUft(uft, disk, log, { pause: () => undefined });
  const { lastLsn } = log;
  const problems = [
    ...checkLog(log, history.written),
    ...(await checkRecords(log, history.written)),
    ...checkUft(uft, history.written.slice(0, lastLsn)),
  ];
  problems.push(...(await checkGoesOn(disk, log, options.segmentBytes)));
  return { kind: 'recovered', lastLsn, problems };
}

function checkLog(log: RedoLog, written: readonly Written[]): string[] {
  const problems: string[] = [];
  const { lastLsn } = log;
  if (lastLsn > written.length) problems.push(`LSN ${lastLsn} was recovered, only ${written.length} were written`);
  if (log.durableLsn !== lastLsn) problems.push('recovered, but not durable');
  const expected: string[] = [];
  let highest = 0;
  written.slice(0, lastLsn).forEach(({ epoch }, index) => {
    if (epoch > highest) expected.push(`${epoch}@${index + 1}`);
    highest = Math.max(highest, epoch);
  });
  const epochs = log.epochs().map(({ epoch, firstLsn }) => `${epoch}@${firstLsn}`);
  if (epochs.join() !== expected.join()) problems.push(`epochs ${epochs.join()} instead of ${expected.join()}`);
  return problems;
}

async function checkRecords(log: RedoLog, written: readonly Written[]): Promise<string[]> {
  let lsn = log.firstLsn;
  for await (const records of log.read(log.firstLsn)) {
    for (const record of records) {
      const original = written[record.lsn - 1];
      const isSame =
        record.lsn === lsn++ &&
        original?.epoch === record.epoch &&
        original.type === record.type &&
        Buffer.compare(original.payload, record.payload) === 0;
      if (!isSame) return [`the record with LSN ${record.lsn} is not what was written`];
    }
  }
  return lsn === log.lastLsn + 1 ? [] : [`reading ends with LSN ${lsn - 1}, the log with ${log.lastLsn}`];
}

/** Compares with a store made from the records themselves. */
function checkUft(uft: Uft, written: readonly Written[]): string[] {
  const expected = new Uft();
  for (const [index, record] of written.entries()) expected.apply({ lsn: index + 1, ...record });
  const contentOf = (store: Uft) => ({
    lastLsn: store.lastLsn,
    digest: store.digest(),
    duplicated: store.duplicated,
    sessions: [...store.sessions()].map(({ kind, value }) => `${kind} ${value}`).sort(),
    orders: [...store.snapshot(store.lastLsn, 0, []).entries].map(
      ({ payload, lsn, epoch, repeats }) => `${lsn} ${epoch} ${repeats} ${Buffer.from(payload).toString('hex')}`,
    ),
  });
  const [have, want] = [contentOf(uft), contentOf(expected)];
  return Object.entries(want).flatMap(([what, value]) => {
    const found = have[what as keyof typeof have];
    return JSON.stringify(found) === JSON.stringify(value) ? [] : [`UFT's ${what} are not what was written`];
  });
}

/** What was recovered can be written on, and is found again. */
async function checkGoesOn(disk: Disk, log: RedoLog, segmentBytes: number): Promise<string[]> {
  const lsn = log.append(log.lastEpoch + 1, 'epoch', Buffer.from('\x01\0x', 'latin1'));
  await log.flush();
  await log.close();
  const again = await openRedoLog(disk, { segmentBytes });
  await again.close();
  return again.lastLsn === lsn ? [] : [`LSN ${lsn} was written after recovery, ${again.lastLsn} was found then`];
}

/** What the undamaged mark said. */
export interface MarkSays {
  lsn: number;
  /** The log was being replaced by the dat of this LSN (0: by nothing); null: it was not. */
  replacedBy: number | null;
}

/** What the outcome breaks of what the log promises. */
export function violationsOf(outcome: Outcome, history: History, damage: Damage, mark: MarkSays): string[] {
  const problems = [...outcome.problems];
  if (outcome.kind === 'refused' && damage.steps.length === 0)
    problems.push(`refused what only a crash had left: ${outcome.file}, byte ${outcome.offset}`);
  if (outcome.kind !== 'recovered') return problems;
  const { acknowledgedLsn } = history;
  const { firstLsn, firstLsnInPlace, datInPlace } = damage;
  const mustHave = Math.min(acknowledgedLsn, firstLsn - 1);
  if (outcome.lastLsn < mustHave)
    problems.push(`recovered through LSN ${outcome.lastLsn}, but ${mustHave} was acknowledged before the damage`);
  // What else had to be refused is known only as long as the mark says it.
  if (damage.mark) return problems;
  if (firstLsnInPlace <= mark.lsn) problems.push(`damage at LSN ${firstLsnInPlace}, below the mark, was let pass`);
  if (firstLsn <= mark.lsn && outcome.lastLsn < acknowledgedLsn)
    problems.push('a missing segment below the mark was let pass');
  if (datInPlace !== null && datInPlace <= (mark.replacedBy ?? datInPlace)) problems.push('a damaged dat was let pass');
  return problems;
}
