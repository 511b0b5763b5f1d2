import { z } from 'zod';
import { messageSchema } from './message.ts';

/**
 * What an instance says of its data (F3, F6–F8, F15, F16). LSNs number redo records without gaps, across epochs, from 1;
 * 0: there is none.
 */
const lsn = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const epoch = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const name = z.string().min(1).max(64);

/** The loss accepted by whom it does not matter how much is missing; the only one that serves where nobody can say. */
export const ANY_LOSS = Number.MAX_SAFE_INTEGER;

/** `sync`: a write is acknowledged after the standby confirmed it. `async`: it does not wait. */
export const syncModeSchema = z.enum(['sync', 'async']);
export type SyncMode = z.infer<typeof syncModeSchema>;

/**
 * How the synchronisation through the mount goes (F3, F6). `off`: no mount is configured, or the instance is primary.
 * `failed` is the error status of F15; the reason names the directory.
 */
export const syncStateSchema = z.enum(['off', 'starting', 'catching-up', 'following', 'failed']);
export type SyncState = z.infer<typeof syncStateSchema>;
export const syncStatusSchema = z.object({
  state: syncStateSchema,
  /** Where the other instance's share is mounted here; null: nowhere. */
  directory: z.string().max(1_024).nullable(),
  /** Why it failed; null unless it did. */
  reason: messageSchema.nullable(),
});
export type SyncStatus = z.infer<typeof syncStatusSchema>;

/** How far a standby is behind what it knows its primary to have. */
export const lagSchema = z.object({
  records: count,
  bytes: count,
  /** For how long it has been behind. */
  seconds: z.number().min(0),
});
export type Lag = z.infer<typeof lagSchema>;

/**
 * The writer to the local database (F7, F16). `off`: none is configured. `unreachable`: the backlog is kept and drained
 * later. `fenced`: the database's epoch row says that a newer primary writes. `failed`: what it says is no passing trouble.
 */
export const todbStateSchema = z.enum(['off', 'idle', 'ok', 'unreachable', 'fenced', 'failed']);
export type TodbState = z.infer<typeof todbStateSchema>;
export const todbStatusSchema = z.object({
  state: todbStateSchema,
  reason: messageSchema.nullable(),
  /** Executed writes that are not in the database yet. */
  backlog: count,
  /** Everything up to this LSN is in the database; null: not known. */
  persistedLsn: lsn.nullable(),
  /** SHA-256 (hex) of the Todb file's canonical form; null: no file, or it cannot be read. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Whether the other instance's Todb file says the same (F7); null: not known. */
  matchesPeer: z.boolean().nullable(),
});
export type TodbStatus = z.infer<typeof todbStatusSchema>;

/** How an instance came by its data at its last promotion. */
export const takeoverSchema = z.object({
  epoch,
  /** The highest LSN that the old primary is known to have acknowledged; null: not known. */
  acknowledgedLsn: lsn.nullable(),
  /** The last LSN that was there when it took over. */
  presentLsn: lsn,
  /** The old redo was sealed and read to its end: nothing acknowledged is missing. */
  complete: z.boolean(),
  /** At most so many acknowledged records are missing; 0 where complete; null: nobody can say. */
  lossBound: count.nullable(),
  /** Orders whose key occurs more than once. */
  duplicated: count,
});
export type Takeover = z.infer<typeof takeoverSchema>;

/** Records that were on this instance only when another one was promoted: kept in a file, counted, never used. */
export const asideSchema = z.object({
  /** Orders among them. */
  writes: count,
  records: count,
  fromLsn: lsn,
  /** The epoch in which they were written. */
  epoch,
  /** The file's name in the instance's data directory. */
  file: z.string().min(1).max(255),
});
export type Aside = z.infer<typeof asideSchema>;

export const loadProgressSchema = z.object({ done: count, total: count });
export type LoadProgress = z.infer<typeof loadProgressSchema>;

/**
 * What UFT held at one LSN. Two instances that hold the same up to there tell the same: the digests say so without
 * anything having been read again.
 */
export const dataSumsSchema = z.object({
  lsn,
  orders: count,
  /** Over every order in the order of their LSNs. */
  digest: z.string().regex(/^[0-9a-f]{16}$/),
  /** Those that redo made: sessions known from the start are in none. */
  sessions: count,
  /** Over all of them, in whatever order they came. */
  sessionDigest: z.string().regex(/^[0-9a-f]{8}$/),
});
export type DataSums = z.infer<typeof dataSumsSchema>;

/** The base data (F5) as it was loaded last. */
export const baseDataStatusSchema = z.object({
  rows: count,
  digest: z.string().regex(/^[0-9a-f]{16}$/),
  /** `copy`: the local database could not be reached; this is what it said last. */
  from: z.enum(['database', 'copy']),
});
export type BaseDataStatus = z.infer<typeof baseDataStatusSchema>;

/** In registrations (every half minute at most for figures alone) and in 402999's and 1403040's answers. */
export const dataStatusSchema = z.object({
  mode: syncModeSchema,
  /** Everything up to here is on this instance's own disk. */
  lsn,
  /** A primary: acknowledged up to here. A standby: what it knows its primary to have acknowledged; null: not known. */
  acknowledgedLsn: lsn.nullable(),
  /** A primary: what the standby has confirmed; null: nothing in this epoch. */
  confirmedLsn: lsn.nullable(),
  sync: syncStatusSchema,
  /** A standby's; null where not known. */
  lag: lagSchema.nullable(),
  /**
   * A standby: if it were promoted now and could not read the mount, at most so many acknowledged records would be
   * missing. null: nobody can say.
   */
  lossBound: count.nullable(),
  /** Redo and dat being loaded into UFT; null: not begun. Loaded when `done` is `total`. */
  load: loadProgressSchema.nullable(),
  /** Orders in UFT; null while not loaded. */
  orders: count.nullable(),
  todb: todbStatusSchema,
  takeover: takeoverSchema.nullable(),
  /** The latest; null: there is none. */
  aside: asideSchema.nullable(),
  /** What UFT holds now, as far as it is loaded: a primary's, everything acknowledged. Absent: it does not say. */
  sums: dataSumsSchema.optional(),
  /** Absent: none was loaded, or it does not say. */
  baseData: baseDataStatusSchema.optional(),
});
export type DataStatus = z.infer<typeof dataStatusSchema>;

/** One instance's data directory; new where the directory is, so that a wiped one is not taken for the old. */
export const dataHolderSchema = z.object({ instance: name, dataId: z.string().min(1).max(64) });
export type DataHolder = z.infer<typeof dataHolderSchema>;

/**
 * `/sync`, persistent: how much a primary may have acknowledged without its standby's confirmation. A primary
 * acknowledges nothing that the record does not allow: it changes the record first, in a multi that checks that the
 * route is still its own. So whoever reads it after the route was closed has a bound that holds.
 */
export const syncRecordSchema = z.object({
  version: z.literal(1),
  /** The primary's epoch. */
  epoch,
  primary: dataHolderSchema,
  standby: dataHolderSchema.nullable(),
  /** While `ceilingLsn` is null: so many acknowledged records, at most, are not confirmed. 0 in mode `sync`. */
  bound: count,
  /** Not null: the standby does not keep up; everything up to this LSN may have been acknowledged. */
  ceilingLsn: lsn.nullable(),
  changedAtMs: z.number().min(0),
});
export type SyncRecord = z.infer<typeof syncRecordSchema>;

/** What a switchover did to the data, in records; part of its result. */
export const switchoverDataSchema = z.object({
  /** Acknowledged by the old primary, as far as is known (its last LSN). */
  acknowledged: lsn.nullable(),
  /** Present at the new primary (its last LSN when it took over). */
  present: lsn,
  /** Acknowledged and missing: 0 where the old redo was read to its end; null: not known exactly, see the bound. */
  lost: count.nullable(),
  lossBound: count.nullable(),
  duplicated: count,
});
export type SwitchoverData = z.infer<typeof switchoverDataSchema>;

/**
 * A takeover in figures. `heardAcknowledged`: what others than the new primary heard the old one to have acknowledged;
 * null: nothing. It may be less than it had: where its redo was not read to its end the bound alone is certain, and a
 * missing count is never made up.
 */
export function switchoverData(takeover: Takeover, heardAcknowledged: number | null): SwitchoverData {
  const { acknowledgedLsn, presentLsn: present, complete, lossBound, duplicated } = takeover;
  const known = [acknowledgedLsn, heardAcknowledged].filter((lsn) => lsn !== null);
  const acknowledged = known.length > 0 ? Math.max(...known) : null;
  const saysNothingLost = complete || lossBound === 0;
  return {
    acknowledged,
    present,
    // Its word is held against what was heard: an acknowledgement beyond what is there is a loss, whatever it says.
    lost: saysNothingLost ? Math.max(0, (acknowledged ?? 0) - present) : null,
    lossBound: complete ? 0 : lossBound,
    duplicated,
  };
}

/** A client's order, as 990002 takes it (practice only). */
export const orderSchema = z.object({
  account: z.string().min(1).max(32),
  instrument: z.string().min(1).max(32),
  side: z.enum(['buy', 'sell']),
  price: z.number().positive().max(1e9),
  quantity: z.number().int().positive().max(1e9),
});
export type Order = z.infer<typeof orderSchema>;
