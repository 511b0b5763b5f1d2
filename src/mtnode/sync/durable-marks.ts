const MAX_MARKS = 256;
const COALESCE_MS = 5;
const RATE_WINDOW_MS = 500;

/** When which LSN became durable, and how fast LSNs come. Times on the monotonic clock. */
export class DurableMarks {
  #marks: { lsn: number; atMs: number }[] = [];
  #lsn: number;
  #ratePerSecond = 0;
  #rateFrom: { lsn: number; atMs: number } | undefined;

  /** `lsn`: what was durable before anything is measured. */
  constructor(lsn: number) {
    this.#lsn = lsn;
  }

  get lsn(): number {
    return this.#lsn;
  }

  /** Everything up to `lsn` is durable. */
  add(lsn: number, nowMs: number): void {
    if (lsn <= this.#lsn) return;
    this.#rateFrom ??= { lsn: this.#lsn, atMs: nowMs };
    this.#lsn = lsn;
    const last = this.#marks.at(-1);
    // Taking some for older than they are makes whoever counts their age act early, never late.
    if (last && (nowMs - last.atMs < COALESCE_MS || this.#marks.length >= MAX_MARKS)) last.lsn = lsn;
    else this.#marks.push({ lsn, atMs: nowMs });
  }

  /** Since when the first record above `lsn` has been durable; undefined: there is none. */
  waitingSinceMs(lsn: number): number | undefined {
    return this.#marks.find((mark) => mark.lsn > lsn)?.atMs;
  }

  /** Nobody will ask about LSNs up to this one any more. */
  forget(lsn: number): void {
    const first = this.#marks.findIndex((mark) => mark.lsn > lsn);
    this.#marks = first < 0 ? [] : first === 0 ? this.#marks : this.#marks.slice(first);
  }

  /** Records a second of late; falls off over a few seconds. */
  ratePerSecond(nowMs: number): number {
    const from = this.#rateFrom;
    if (from !== undefined && nowMs - from.atMs >= RATE_WINDOW_MS) {
      const present = ((this.#lsn - from.lsn) * 1_000) / (nowMs - from.atMs);
      this.#ratePerSecond = Math.max(present, this.#ratePerSecond / 2);
      this.#rateFrom = { lsn: this.#lsn, atMs: nowMs };
    }
    return this.#ratePerSecond;
  }
}
