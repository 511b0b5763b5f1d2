import { z } from 'zod';
import type { Disk } from '#mtnode/redo';
import { safeParse } from '#shared/reading';
import type { Mount } from './ports.ts';

/** The marker: who the folder belongs to and what its redo is. Replaced whole, so that it is read whole or not at all. */
export const MARKER_FILE = 'share.json';
/** Written by whoever is promoted into the old primary's folder: from then on that one acknowledges nothing. */
export const SEAL_FILE = 'seal.json';
/** Longest small file that is read. */
export const MAX_SHARE_FILE_BYTES = 256 * 1024;
/** A marker names the latest terms only. */
export const MAX_EPOCHS = 1_000;

const name = z.string().min(1).max(64);
const integer = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Where a primary's term begins in redo: its first record. */
export const epochStartSchema = z.object({ epoch: integer, firstLsn: integer.min(1) });
export type EpochStart = z.infer<typeof epochStartSchema>;

export const shareMarkerSchema = z.object({
  version: z.literal(1),
  system: name,
  node: name,
  instance: name,
  /** Of the process that wrote it. */
  incarnation: name,
  /** Of the folder: made with it, kept for ever. */
  dataId: name,
  role: z.enum(['primary', 'standby']),
  epoch: integer,
  /** The terms in this folder's redo and dat, rising, the latest {@link MAX_EPOCHS}. */
  epochs: z.array(epochStartSchema).max(MAX_EPOCHS).refine(isRising, 'epochs and LSNs must rise'),
  /** The newest dat contains everything through here; null: there is none. */
  snapshotLsn: integer.nullable(),
  /** Everything through here is in the local database; null: not known. */
  persistedLsn: integer.nullable(),
  durableLsn: integer,
  writtenAtMs: z.number().min(0),
});
export type ShareMarker = z.infer<typeof shareMarkerSchema>;

export const sealFileSchema = z.object({
  version: z.literal(1),
  /** The epoch of the promotion. */
  epoch: integer,
  /** The instance promoted. */
  by: name,
  incarnation: name,
  atMs: z.number().min(0),
});
export type SealFile = z.infer<typeof sealFileSchema>;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const toUtf8 = new TextEncoder();

/** A share's small file that does not parse. */
export class ShareFileError extends Error {
  readonly file: string;
  constructor(file: string, detail: string) {
    super(`${file}: ${detail}`);
    this.name = 'ShareFileError';
    this.file = file;
  }
}

/** Parses a marker's bytes. Throws {@link ShareFileError}. */
export function parseMarker(bytes: Uint8Array): ShareMarker {
  return parse(shareMarkerSchema, MARKER_FILE, bytes);
}

/** Parses a seal's bytes. Throws {@link ShareFileError}. */
export function parseSeal(bytes: Uint8Array): SealFile {
  return parse(sealFileSchema, SEAL_FILE, bytes);
}

/** The own folder's marker; undefined where there is none yet. Throws {@link ShareFileError}, or the system's error. */
export async function readOwnMarker(disk: Disk): Promise<ShareMarker | undefined> {
  const bytes = await readWhole(disk, MARKER_FILE);
  return bytes && parseMarker(bytes);
}

/** Replaces the own folder's marker, durably. Of the terms only the latest are kept that a marker can name. */
export async function writeOwnMarker(disk: Disk, marker: ShareMarker): Promise<void> {
  await disk.replace(MARKER_FILE, fileBytes({ ...marker, epochs: marker.epochs.slice(-MAX_EPOCHS) }));
}

/** The seal that another left in the own folder; undefined where there is none. Throws {@link ShareFileError}. */
export async function readOwnSeal(disk: Disk): Promise<SealFile | undefined> {
  const bytes = await readWhole(disk, SEAL_FILE);
  return bytes && parseSeal(bytes);
}

/** The mounted folder's marker, as it is read again and again: the same bytes say the same. */
export class MarkerReader {
  #bytes: Uint8Array | undefined;
  #marker: ShareMarker | undefined;

  /** Rejects with {@link ShareFileError}, or the system's error (ENOENT: there is none). */
  async read(mount: Mount): Promise<ShareMarker> {
    const bytes = await mount.readFile(MARKER_FILE);
    if (this.#marker !== undefined && this.#bytes !== undefined && Buffer.compare(this.#bytes, bytes) === 0)
      return this.#marker;
    const marker = parseMarker(bytes);
    this.#bytes = bytes;
    this.#marker = marker;
    return marker;
  }
}

/** Puts the seal into the mounted folder, durably. */
export async function writeSeal(mount: Mount, seal: SealFile): Promise<void> {
  await mount.writeFile(SEAL_FILE, fileBytes(seal));
}

/** Whether the seal ends the term of whoever holds `heldEpoch`: a lower or equal one is void. */
export function isSealed(seal: SealFile | undefined, heldEpoch: number): boolean {
  return seal !== undefined && seal.epoch > heldEpoch;
}

async function readWhole(disk: Disk, file: string): Promise<Uint8Array | undefined> {
  try {
    return await disk.read(file, 0, MAX_SHARE_FILE_BYTES + 1);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function fileBytes(value: unknown): Uint8Array {
  return toUtf8.encode(JSON.stringify(value));
}

function parse<T>(schema: z.ZodType<T>, file: string, bytes: Uint8Array): T {
  if (bytes.byteLength > MAX_SHARE_FILE_BYTES) throw new ShareFileError(file, `${bytes.byteLength} bytes, too long`);
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new ShareFileError(file, `not JSON in UTF-8 (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ShareFileError(file, issue ? `${issue.path.join('.') || '(whole)'}: ${issue.message}` : 'does not fit');
}

function isRising(epochs: readonly EpochStart[]): boolean {
  return epochs.every((each, index) => {
    const before = epochs[index - 1];
    return before === undefined || (each.epoch > before.epoch && each.firstLsn > before.firstLsn);
  });
}
