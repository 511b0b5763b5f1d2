import {
  datName,
  MARK_FILE,
  parseDatName,
  parseRecords,
  parseSegmentHeader,
  parseSegmentName,
  segmentName,
} from '#mtnode/redo';
import type { Seeded } from './random.ts';

export type Files = Map<string, Buffer>;

/** What was done to a folder, as told by comparing it before and after. */
export interface Damage {
  /** For people: what was done to which file. */
  steps: string[];
  /** The first record whose bytes are no longer what they were; infinite: none. */
  firstLsn: number;
  /** The same, counting only files that are still there. */
  firstLsnInPlace: number;
  /** The newest dat's LSN, where it is still there with other bytes; null: it is as it was, or gone. */
  datInPlace: number | null;
  mark: boolean;
}

/** Damages up to three files at random places, in place. */
export function damage(files: Files, random: Seeded): Damage {
  const before: Files = new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]));
  const steps: string[] = [];
  for (let left = random.chance(0.2) ? 0 : random.between(1, 3); left > 0; left--) {
    const names = [...files.keys()].filter(isOurs).sort();
    if (names.length === 0) break;
    const name = random.pick(names);
    // The mark is one small file among several: it would be hit far too often.
    if (name === MARK_FILE && random.chance(0.6)) continue;
    steps.push(`${name}: ${damageFile(files, name, random)}`);
  }
  return compare(before, files, steps);
}

function isOurs(name: string): boolean {
  return name === MARK_FILE || parseSegmentName(name) !== undefined || parseDatName(name) !== undefined;
}

function damageFile(files: Files, name: string, random: Seeded): string {
  const bytes = files.get(name) ?? Buffer.alloc(0);
  const at = placeIn(bytes, random);
  const length = Math.min(bytes.length - at, random.between(1, 300));
  const put = (...pieces: Uint8Array[]) => files.set(name, Buffer.concat(pieces));
  const [head, part, tail] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  const draw = random.next();
  if (draw < 0.35) {
    const bit = random.between(0, 7);
    if (bytes.length > 0) put(head, Buffer.from([(bytes[at] ?? 0) ^ (1 << bit)]), bytes.subarray(at + 1));
    return `bit ${bit} of byte ${at} flipped`;
  }
  if (draw < 0.5) {
    put(head, Buffer.alloc(length), tail);
    return `${length} bytes at ${at} zeroed`;
  }
  if (draw < 0.65) {
    put(head);
    return `cut at ${at}`;
  }
  if (draw < 0.72) {
    put(head, tail);
    return `${length} bytes at ${at} taken out`;
  }
  if (draw < 0.79) {
    put(head, part, part, tail);
    return `${length} bytes at ${at} doubled`;
  }
  if (draw < 0.85) {
    put(bytes, Buffer.from(Array.from({ length }, () => random.between(0, 255))));
    return `${length} bytes appended`;
  }
  if (draw < 0.93) {
    files.delete(name);
    return 'removed';
  }
  const copy = copyName(files, name, random);
  files.set(copy, bytes);
  return `copied to ${copy}`;
}

/** Anywhere, but the ends more often than chance has it: there the log is being written. */
function placeIn(bytes: Buffer, random: Seeded): number {
  const last = Math.max(0, bytes.length - 1);
  const draw = random.next();
  if (draw < 0.2) return Math.max(0, last - random.between(0, 120));
  if (draw < 0.3) return Math.min(last, random.between(0, 60));
  return random.between(0, last);
}

function copyName(files: Files, name: string, random: Seeded): string {
  const segments = [...files.keys()].flatMap((one) => parseSegmentName(one) ?? []);
  const lsn = Math.max(1, ...segments) + random.between(-10, 40);
  return parseDatName(name) !== undefined ? datName(Math.max(1, lsn)) : segmentName(Math.max(1, lsn));
}

function compare(before: Files, after: Files, steps: string[]): Damage {
  const result: Damage = {
    steps,
    firstLsn: Number.POSITIVE_INFINITY,
    firstLsnInPlace: Number.POSITIVE_INFINITY,
    datInPlace: null,
    mark: false,
  };
  const newestDat = Math.max(0, ...[...before.keys()].flatMap((name) => parseDatName(name) ?? []));
  for (const [name, bytes] of before) {
    const now = after.get(name);
    const at = firstDifference(bytes, now);
    if (at === undefined) continue;
    if (name === MARK_FILE) result.mark = true;
    const dat = parseDatName(name);
    if (dat !== undefined && dat === newestDat) {
      if (now !== undefined) result.datInPlace = dat;
      // What it had is in segments from the first record on, or nowhere.
      else if (!before.has(segmentName(1))) result.firstLsn = 1;
    }
    if (parseSegmentName(name) === undefined) continue;
    const lsn = lsnAt(name, bytes, at);
    result.firstLsn = Math.min(result.firstLsn, lsn);
    if (now !== undefined) result.firstLsnInPlace = Math.min(result.firstLsnInPlace, lsn);
  }
  return result;
}

function firstDifference(before: Buffer, now: Buffer | undefined): number | undefined {
  if (now === undefined) return 0;
  const common = Math.min(before.length, now.length);
  for (let at = 0; at < common; at++) if (before[at] !== now[at]) return at;
  return before.length === now.length ? undefined : common;
}

/** The record that a byte of an undamaged segment belongs to. */
function lsnAt(name: string, bytes: Buffer, at: number): number {
  const first = parseSegmentName(name) ?? 1;
  const header = parseSegmentHeader(bytes);
  if ('kind' in header || at < header.bytes) return first;
  const { records } = parseRecords(bytes.subarray(header.bytes, at), { expectLsn: first });
  return first + records.length;
}
