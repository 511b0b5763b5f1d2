const REPEAT_BEHIND_MS = 50;
const REPEAT_IDLE_MS = 1_000;
/** What the primary says it has is repeated all the same now and then: anybody can send a datagram that says so. */
const REPEAT_KNOWN_MS = 5_000;
/** While a write waits for its acknowledgement: the hint that tells of it may have been lost. */
const HINT_AGAIN_MS = 200;
/** A standby that says hello once a second is told so then, and needs no hint besides. */
const HINT_IDLE_MS = 1_250;

/** What a standby tells its primary over f2 (990013): datagrams, so each may be lost. */
export interface Confirmation {
  dataId: string;
  /** The primary's epoch that it follows. */
  atEpoch: number;
  lsn: number;
}

/** What a primary says of itself over f2 (990012). */
export interface Hint {
  epoch: number;
  durableLsn: number;
  acknowledgedLsn: number;
  /** The confirmation in this epoch that it has taken note of last. */
  confirmed?: { dataId: string; lsn: number } | undefined;
}

const NOTHING_HEARD = { durableLsn: 0, acknowledgedLsn: 0, confirmedLsn: 0 };

/**
 * The standby's end: when to confirm. At once whenever more has come to its disk; again every 50 ms while the primary
 * has not acknowledged what was confirmed, or has more; else once a second until it says that it has the confirmation.
 */
export class ConfirmationSender {
  #current: Confirmation | undefined;
  #sent: { lsn: number; atMs: number } | undefined;
  #primary = NOTHING_HEARD;

  /** Everything up to here is on the own disk, as the primary of this epoch wrote it. */
  received(confirmation: Confirmation): void {
    const { dataId, atEpoch } = this.#current ?? {};
    if (dataId !== confirmation.dataId || atEpoch !== confirmation.atEpoch) this.forget();
    this.#current = confirmation;
  }

  /** What the primary said of itself (990012). */
  heard({ durableLsn, acknowledgedLsn, confirmed }: Omit<Hint, 'epoch'>): void {
    const { durableLsn: durable, acknowledgedLsn: acknowledged, confirmedLsn: known } = this.#primary;
    const isOurs = confirmed !== undefined && confirmed.dataId === this.#current?.dataId;
    this.#primary = {
      durableLsn: Math.max(durableLsn, durable),
      acknowledgedLsn: Math.max(acknowledgedLsn, acknowledged),
      confirmedLsn: isOurs ? Math.max(confirmed.lsn, known) : known,
    };
  }

  /** The primary is another now, or there is none: nothing is confirmed until something is received from it. */
  forget(): void {
    this.#current = undefined;
    this.#sent = undefined;
    this.#primary = NOTHING_HEARD;
  }

  /** What is to be sent now; it counts as sent. */
  take(nowMs: number): Confirmation | undefined {
    const current = this.#current;
    if (current === undefined || nowMs < (this.#dueAtMs(current) ?? 0)) return undefined;
    this.#sent = { lsn: current.lsn, atMs: nowMs };
    return current;
  }

  /** When the next one is due (monotonic), if nothing happens before; undefined: there is nothing to confirm. */
  dueAtMs(): number | undefined {
    return this.#current === undefined ? undefined : (this.#dueAtMs(this.#current) ?? 0);
  }

  #dueAtMs(current: Confirmation): number | undefined {
    if (this.#sent === undefined || this.#sent.lsn !== current.lsn) return undefined;
    const { durableLsn, acknowledgedLsn, confirmedLsn } = this.#primary;
    const isBehind = durableLsn > current.lsn || acknowledgedLsn < Math.min(current.lsn, durableLsn);
    const idleMs = confirmedLsn >= current.lsn ? REPEAT_KNOWN_MS : REPEAT_IDLE_MS;
    return this.#sent.atMs + (isBehind ? REPEAT_BEHIND_MS : idleMs);
  }
}

/** The primary's end: what was confirmed in its epoch. Nothing stale or foreign counts. */
export class ConfirmationBook {
  readonly #epoch: number;
  readonly #ownDataId: string;
  readonly #confirmed = new Map<string, number>();
  #latest: string | undefined;

  /** `epoch`: the primary's own. */
  constructor(epoch: number, ownDataId: string) {
    this.#epoch = epoch;
    this.#ownDataId = ownDataId;
  }

  /**
   * Takes a confirmation; false where it does not count: of another epoch, of this very directory, or of more than was
   * ever written here (`appendedLsn`; what is not yet durable here may be durable there).
   */
  take({ dataId, atEpoch, lsn }: Confirmation, appendedLsn: number): boolean {
    if (atEpoch !== this.#epoch || dataId === this.#ownDataId || lsn > appendedLsn) return false;
    // Datagrams overtake each other.
    this.#confirmed.set(dataId, Math.max(lsn, this.#confirmed.get(dataId) ?? 0));
    this.#latest = dataId;
    return true;
  }

  /** The highest LSN that the holder of the directory confirmed; undefined: nothing in this epoch. */
  of(dataId: string): number | undefined {
    return this.#confirmed.get(dataId);
  }

  /** The directory that confirmed last, and how far. */
  get latest(): { dataId: string; lsn: number } | undefined {
    const lsn = this.#latest === undefined ? undefined : this.#confirmed.get(this.#latest);
    return this.#latest === undefined || lsn === undefined ? undefined : { dataId: this.#latest, lsn };
  }
}

/**
 * The primary's end: when to tell the standby to look (990012). After each advance of what is durable; when everything
 * durable has been acknowledged, so that the standby stops repeating itself; else again every 200 ms while something is
 * not acknowledged, and every 1.25 s while nothing is left.
 */
export class LookHints {
  #sent: { durableLsn: number; acknowledgedLsn: number; atMs: number } | undefined;

  /** Whether this is to be sent now; if so it counts as sent. */
  take(durableLsn: number, acknowledgedLsn: number, nowMs: number): boolean {
    const sent = this.#sent;
    const isDue =
      sent === undefined ||
      durableLsn > sent.durableLsn ||
      (acknowledgedLsn >= durableLsn && sent.acknowledgedLsn < durableLsn) ||
      nowMs >= this.dueAtMs(nowMs);
    if (isDue) this.told(durableLsn, acknowledgedLsn, nowMs);
    return isDue;
  }

  /** The same was said in another way. */
  told(durableLsn: number, acknowledgedLsn: number, nowMs: number): void {
    this.#sent = { durableLsn, acknowledgedLsn, atMs: nowMs };
  }

  /** When the next one is due if nothing happens before. */
  dueAtMs(nowMs: number): number {
    if (this.#sent === undefined) return nowMs;
    const isWaitedFor = this.#sent.acknowledgedLsn < this.#sent.durableLsn;
    return this.#sent.atMs + (isWaitedFor ? HINT_AGAIN_MS : HINT_IDLE_MS);
  }
}
