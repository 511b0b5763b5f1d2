import type { Aside } from '#shared/domain';
import type { FileInfo } from './ports.ts';

/** Where the log notes how far it is on disk. */
export const MARK_FILE = 'durable.mark';

const SEGMENT = /^redo-(\d{16})\.log$/;
const DAT = /^dat-(\d{16})\.dat$/;
const ASIDE = /^aside-e(\d{1,16})-(\d{1,16})-(\d{1,16})-(\d{1,16})\.redo$/;

/** The segment whose first record has this LSN. */
export function segmentName(firstLsn: number): string {
  return `redo-${digits(firstLsn)}.log`;
}

/** The snapshot that contains everything through this LSN. */
export function datName(lsn: number): string {
  return `dat-${digits(lsn)}.dat`;
}

/** The first LSN in a segment's name; undefined: no segment's name. */
export function parseSegmentName(name: string): number | undefined {
  return numbers(SEGMENT, name)?.[0];
}

/** The LSN in a dat's name; undefined: no dat's name. */
export function parseDatName(name: string): number | undefined {
  return numbers(DAT, name)?.[0];
}

/** The name of the file for records `fromLsn` to `toLsn` that only this instance had, `orders` of them orders. */
export function asideName(epoch: number, fromLsn: number, toLsn: number, orders: number): string {
  return `aside-e${epoch}-${fromLsn}-${toLsn}-${orders}.redo`;
}

/** What an aside file's name says; undefined: no such name. */
export function parseAsideName(name: string): Aside | undefined {
  const [epoch, fromLsn, toLsn, writes] = numbers(ASIDE, name) ?? [];
  if (epoch === undefined || fromLsn === undefined || toLsn === undefined || writes === undefined) return undefined;
  if (toLsn < fromLsn) return undefined;
  return { epoch, fromLsn, records: toLsn - fromLsn + 1, writes, file: name };
}

/** The latest aside file of a folder by epoch and LSN; of an interrupted and a repeated cut the fuller; null: none. */
export function latestAside(files: readonly FileInfo[]): Aside | null {
  const asides = files.flatMap(({ name }) => parseAsideName(name) ?? []);
  return asides.sort((a, b) => b.epoch - a.epoch || b.fromLsn - a.fromLsn || b.records - a.records)[0] ?? null;
}

/** A file of a folder with the LSN its name carries. */
export interface NumberedFile extends FileInfo {
  lsn: number;
}

/** The folder's segments, oldest first. */
export function segmentsOf(files: readonly FileInfo[]): NumberedFile[] {
  return numbered(files, parseSegmentName);
}

/** The folder's dats, oldest first. */
export function datsOf(files: readonly FileInfo[]): NumberedFile[] {
  return numbered(files, parseDatName);
}

/** The dat that contains most; undefined: there is none. */
export function newestDat(files: readonly FileInfo[]): NumberedFile | undefined {
  return datsOf(files).at(-1);
}

function numbered(files: readonly FileInfo[], parse: (name: string) => number | undefined): NumberedFile[] {
  return files
    .flatMap((file) => {
      const lsn = parse(file.name);
      return lsn === undefined ? [] : [{ ...file, lsn }];
    })
    .sort((a, b) => a.lsn - b.lsn);
}

function digits(lsn: number): string {
  return String(lsn).padStart(16, '0');
}

/** The numbers in a name; undefined where it is no such name or a number is beyond what is exact. */
function numbers(pattern: RegExp, name: string): number[] | undefined {
  const found = pattern.exec(name)?.slice(1).map(Number);
  return found?.every(Number.isSafeInteger) ? found : undefined;
}
