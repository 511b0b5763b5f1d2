/** What a server's time service says. null: it does not say. */
export interface TimeService {
  synchronised: boolean | null;
  /** This server's clock minus the true time, in milliseconds. */
  offsetMs: number | null;
  line: string;
}

/** Reads `chronyc tracking`; undefined where it is not that. */
export function parseChronyc(text: string): TimeService | undefined {
  const line = lineOf(text, /^System time\s*:/);
  const leap = /^Leap status\s*:\s*(.*)$/m.exec(text)?.[1]?.trim();
  if (leap === undefined) return undefined;
  const found = /:\s*([\d.]+) seconds (fast|slow) of NTP time/.exec(line ?? '');
  const offsetMs = found ? Number(found[1]) * (found[2] === 'fast' ? 1_000 : -1_000) : null;
  const synchronised = !/not synchronised/i.test(leap);
  return {
    synchronised,
    offsetMs: synchronised && offsetMs !== null && Number.isFinite(offsetMs) ? offsetMs : null,
    line: [line, lineOf(text, /^Leap status/)].filter((each) => each !== undefined).join('; '),
  };
}

/** Reads `timedatectl` of any version (`show` too); undefined where it is not that. */
export function parseTimedatectl(text: string): TimeService | undefined {
  const pattern = /^\s*(?:NTPSynchronized=|System clock synchronized: |NTP synchronized: )(yes|no)\s*$/m;
  const found = pattern.exec(text);
  return found ? { synchronised: found[1] === 'yes', offsetMs: null, line: found[0].trim() } : undefined;
}

/** Reads `ntpq -p -n`: the peer marked with a star is the one followed. undefined where it is not that. */
export function parseNtpq(text: string): TimeService | undefined {
  if (!/^\s*remote\s+refid\s/m.test(text)) return undefined;
  const followed = lineOf(text, /^[*o]/);
  if (followed === undefined) return { synchronised: false, offsetMs: null, line: 'no peer is followed' };
  const offset = Number(followed.trim().split(/\s+/)[8]);
  // ntpq says by how much the peer is ahead.
  return { synchronised: true, offsetMs: Number.isFinite(offset) ? -offset : null, line: followed.trim() };
}

/** Reads `date +%s.%N`, whose nanoseconds BusyBox does not know. `wholeSeconds`: nothing finer was said. */
export function parseDate(text: string): { wallMs: number; wholeSeconds: boolean } | undefined {
  const found = /^(\d{9,11})(?:\.(\d{1,9}))?/.exec(text.trim());
  if (!found) return undefined;
  const [, seconds, fraction] = found;
  return {
    wallMs: Number(seconds) * 1_000 + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1_000),
    wholeSeconds: fraction === undefined,
  };
}

function lineOf(text: string, pattern: RegExp): string | undefined {
  return text.split('\n').find((line) => pattern.test(line));
}
