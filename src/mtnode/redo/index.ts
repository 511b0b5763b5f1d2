// Redo and dat on an instance's own disk (F6): record format, the log with group commit and its recovery after a crash
// at any byte, dat snapshots. Decides nothing about who may write.
export type { AppendFile, Disk, FileInfo } from './ports.ts';
