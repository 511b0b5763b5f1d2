import type { Clock, Random } from '#core/clock';

/** What a session needs of the connection that serves it. */
interface SessionConnection {
  /** Ends the connection; the client will come back, or learn that the session is gone. */
  destroy(): void;
}

export interface SessionRecord {
  readonly id: bigint;
  readonly password: Buffer;
  timeoutMs: number;
  expiresAtMs: number;
  connection: SessionConnection | undefined;
}

export interface SessionLimits {
  tickMs: number;
  minSessionTimeoutMs: number;
  maxSessionTimeoutMs: number;
}

/** The sessions and when each of them runs out: as in Apache ZooKeeper at the first whole tick after its time-out. */
export class SessionTable {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #limits: SessionLimits;
  readonly #sessions = new Map<bigint, SessionRecord>();
  #nextId: bigint;

  constructor(clock: Clock, random: Random, limits: SessionLimits) {
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
    // Ids begin with the time, so that a server started later never gives one out again.
    this.#nextId = (1n << 56n) | ((BigInt(Math.floor(clock.wallMs())) & 0xff_ffff_ffffn) << 16n);
  }

  all(): SessionRecord[] {
    return [...this.#sessions.values()];
  }

  get(id: bigint): SessionRecord | undefined {
    return this.#sessions.get(id);
  }

  open(askedTimeoutMs: number): SessionRecord {
    const session: SessionRecord = {
      id: this.#nextId++,
      password: Buffer.from(this.#random.uuid().replaceAll('-', '').padEnd(32, '0').slice(0, 32), 'hex'),
      timeoutMs: this.negotiate(askedTimeoutMs),
      expiresAtMs: 0,
      connection: undefined,
    };
    this.#sessions.set(session.id, session);
    this.touch(session);
    return session;
  }

  /** The session of that id and password, for a client that comes back. */
  find(id: bigint, password: Buffer | null): SessionRecord | undefined {
    const session = this.#sessions.get(id);
    return session && password?.equals(session.password) ? session : undefined;
  }

  negotiate(askedTimeoutMs: number): number {
    return Math.min(this.#limits.maxSessionTimeoutMs, Math.max(this.#limits.minSessionTimeoutMs, askedTimeoutMs));
  }

  touch(session: SessionRecord): void {
    const { tickMs } = this.#limits;
    session.expiresAtMs = (Math.floor((this.#clock.monotonicMs() + session.timeoutMs) / tickMs) + 1) * tickMs;
  }

  /** Every session gets its full time-out anew, as after a restart of Apache ZooKeeper. */
  touchAll(): void {
    for (const session of this.#sessions.values()) this.touch(session);
  }

  expired(): SessionRecord[] {
    const nowMs = this.#clock.monotonicMs();
    return this.all().filter((session) => session.expiresAtMs <= nowMs);
  }

  remove(session: SessionRecord): void {
    this.#sessions.delete(session.id);
  }

  clear(): void {
    this.#sessions.clear();
  }
}
