/** A file system's answer to `stat -f`. */
export interface FileSystemFigures {
  /** The share of blocks that a user may still have, in percent; null where the file system counts none. */
  freePercent: number | null;
  freeInodesPercent: number | null;
}

/** Its format: blocks, those free for users, inodes, those free. GNU and BusyBox know it. */
export const STAT_FS_FORMAT = '%b %a %c %d';

/** Reads `stat -f -c FORMAT`; undefined where it is not that. */
export function parseStatFs(text: string): FileSystemFigures | undefined {
  const found = /^(\d+) (\d+) (\d+) (\d+)$/.exec(text.trim());
  if (!found) return undefined;
  const [blocks = 0, free = 0, inodes = 0, freeInodes = 0] = found.slice(1).map(Number);
  return { freePercent: percent(free, blocks), freeInodesPercent: percent(freeInodes, inodes) };
}

function percent(part: number, whole: number): number | null {
  return whole > 0 && Number.isFinite(whole) ? Math.min(100, (100 * part) / whole) : null;
}
