// Redo and dat on an instance's own disk (F6): record format, the log with group commit and its recovery after a crash
// at any byte, dat snapshots. Decides nothing about who may write.
export { type DatReader, readDat } from './dat.ts';
export type { DatBatch, DatContent, DatHeader, StoredOrder } from './dat-content.ts';
export { checkOrder, decodeEntry, type Entry, encodeEntry, type SessionEntry } from './entry.ts';
export { EntryError, RedoDamage, RedoFailed, RedoGone, RedoOrder } from './errors.ts';
export { type FileDisk, openFileDisk } from './file-disk.ts';
export { openRedoLog } from './log.ts';
export { markedLsn } from './mark.ts';
export {
  asideName,
  datName,
  latestAside,
  MARK_FILE,
  type NumberedFile,
  newestDat,
  parseAsideName,
  parseDatName,
  parseSegmentName,
  segmentName,
  segmentsOf,
} from './names.ts';
export { type Pause, slices } from './pause.ts';
export type { AppendFile, Disk, FileInfo } from './ports.ts';
export {
  type EpochStart,
  encodeRecord,
  MAX_PAYLOAD_BYTES,
  type ParsedRecords,
  type ParseStop,
  parseRecords,
  type RecordType,
  type RedoRecord,
} from './record.ts';
export type { RedoLog, RedoLogOptions } from './redo-log.ts';
export { type HeaderProblem, parseSegmentHeader, type SegmentHeader } from './segment.ts';
