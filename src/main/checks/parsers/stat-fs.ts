import type { ListedProcess } from './processes.ts';

/** A file system's answer to `stat -f`. */
export interface FileSystemFigures {
  /** The share of blocks that a user may still have, in percent; null where the file system counts none. */
  freePercent: number | null;
  freeInodesPercent: number | null;
}

/** Blocks, those free for users, inodes, those free. GNU and BusyBox know it. */
const FORMAT = '%b %a %c %d';

/**
 * Asks the file system at a path. The number of its mount stands behind the format, and is printed as it is: by it
 * whoever looks later sees among the server's processes which mount one is waiting for.
 */
export function statFsCommand(mountId: number, path: string): string[] {
  return ['stat', '-f', '-c', `${FORMAT} ${mountId}`, path];
}

/** Reads what {@link statFsCommand} prints; undefined where it is not that. */
export function parseStatFs(text: string): FileSystemFigures | undefined {
  const found = /^(\d+) (\d+) (\d+) (\d+) \d+$/.exec(text.trim());
  if (!found) return undefined;
  const [blocks = 0, free = 0, inodes = 0, freeInodes = 0] = found.slice(1).map(Number);
  return { freePercent: percent(free, blocks), freeInodesPercent: percent(freeInodes, inodes) };
}

/**
 * The processes that ask this very mount by {@link statFsCommand}. The kernel gives a mount's number to no other while
 * anybody waits within it, however it was unmounted. What has started them, as `timeout` does, is not among them.
 */
export function askersOf(processes: readonly ListedProcess[], mountId: number): ListedProcess[] {
  const asked = new RegExp(`^(?:\\S*/)?(?:busybox )?(?:\\S*/)?stat -f -c ${FORMAT} ${mountId} `);
  return processes.filter(({ command }) => asked.test(command));
}

function percent(part: number, whole: number): number | null {
  return whole > 0 && Number.isFinite(whole) ? Math.min(100, (100 * part) / whole) : null;
}
