import { redactCommand } from '#core/logging';

/** A line of `ps`. What a version does not show is null. */
export interface ListedProcess {
  pid: number;
  parent: number | null;
  /** Seconds since it started. */
  runningS: number | null;
  command: string;
  /** To be shown and kept: without sessions, tokens and passwords. */
  line: string;
}

/**
 * Reads `ps` by its header: procps' and BusyBox's, with whatever columns there are; the command is the last one.
 * Undefined without a header that names a PID.
 */
export function parsePs(text: string): ListedProcess[] | undefined {
  const [header = '', ...lines] = text.split('\n');
  const columns = header.trim().split(/\s+/);
  const pidAt = columns.indexOf('PID');
  if (pidAt < 0) return undefined;
  const parentAt = columns.indexOf('PPID');
  const elapsedAt = columns.indexOf('ELAPSED');
  const beforeCommand = new RegExp(`^\\s*(?:\\S+\\s+){${columns.length - 1}}`);
  return lines.flatMap((line) => {
    const words = line.trim().split(/\s+/);
    if (words.length < columns.length || !/^\d{1,10}$/.test(words[pidAt] ?? '')) return [];
    const before = beforeCommand.exec(line)?.[0] ?? '';
    const parent = parentAt < 0 ? '' : (words[parentAt] ?? '');
    return [
      {
        pid: Number(words[pidAt]),
        parent: /^\d{1,10}$/.test(parent) ? Number(parent) : null,
        runningS: elapsedAt < 0 ? null : elapsedSeconds(words[elapsedAt] ?? ''),
        command: line.slice(before.length).trimEnd(),
        line: redactCommand(line.trim()),
      },
    ];
  });
}

/** `etimes` of procps (`3600`), `etime` (`1-02:03:04`, `02:03`), BusyBox's short form (`1d02`, `3h05`). */
export function elapsedSeconds(text: string): number | null {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const clock = /^(?:(\d{1,6})-)?(?:(\d{1,6}):)?(\d{1,2}):(\d{2})$/.exec(text);
  if (clock) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  }
  const short = /^(\d{1,6})([dh])(\d{2})$/.exec(text);
  if (!short) return null;
  const [, larger, unit, smaller] = short;
  return unit === 'd' ? (Number(larger) * 24 + Number(smaller)) * 3_600 : Number(larger) * 3_600 + Number(smaller) * 60;
}

/** Those whose command holds the text, without those that another such one has started, and without `ps` itself. */
export function processesWith(processes: readonly ListedProcess[], text: string): ListedProcess[] {
  const found = processes.filter(
    ({ command }) => command.includes(text) && !/^\S*\b(ps|sudo|timeout|env)\s/.test(command),
  );
  const pids = new Set(found.map(({ pid }) => pid));
  return found.filter(({ parent }) => parent === null || !pids.has(parent));
}
