/** A file system's room, in blocks or in inodes. */
export interface Room {
  source: string;
  total: number;
  used: number;
  available: number;
  target: string;
  line: string;
}

/**
 * Reads `df -P -k` (1,024-byte blocks) or `df -P -i`: GNU's and BusyBox's, headers of any language. A long source may
 * have a line to itself. File systems that count nothing (`-`) are left out. Of `used` and `available` either may be
 * negative for a moment.
 */
export function parseDf(text: string): Room[] {
  return joined(text.split('\n')).flatMap((line) => parseLine(line) ?? []);
}

/** Source and target may hold spaces: what stands between them cannot. */
const LINE = /^(.*?)\s+(\d+)\s+(-?\d+)\s+(-?\d+)\s+(?:\d+%|-)\s(.*)$/;

function parseLine(line: string): Room | undefined {
  const found = LINE.exec(line);
  if (!found) return undefined;
  const [, source = '', total, used, available, target = ''] = found;
  if (source === '' || !target.trimStart().startsWith('/')) return undefined;
  const room = { total: Number(total), used: Number(used), available: Number(available) };
  if (!Object.values(room).every(Number.isSafeInteger)) return undefined;
  return { source, ...room, target: target.trimStart(), line };
}

function joined(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    const before = whole.at(-1);
    if (before !== undefined && /^\s+\d/.test(line) && !/\s\d/.test(before)) whole[whole.length - 1] = before + line;
    else whole.push(line);
  }
  return whole;
}
