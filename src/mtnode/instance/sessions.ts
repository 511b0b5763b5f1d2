/** Whom a beat comes from: a session (O3) or a user token (O45), F10. */
export interface SessionKey {
  kind: 'session' | 'token';
  value: string;
}

/** More sessions than any site has; a log-in beyond it is refused rather than memory filled. */
export const MAX_SESSIONS = 100_000;

/**
 * The node's own sessions (F10). Those known from the start are never swept; the others go when they have not beaten
 * for the idle time (F14). Times are monotonic milliseconds.
 */
export class Sessions {
  readonly #idleMs: number;
  readonly #service = new Set<string>();
  readonly #lastBeatMs = new Map<string, number>();

  constructor(idleMs: number, service: readonly SessionKey[]) {
    this.#idleMs = idleMs;
    for (const key of service) this.#service.add(text(key));
  }

  get count(): number {
    return this.#service.size + this.#lastBeatMs.size;
  }

  get isFull(): boolean {
    return this.#lastBeatMs.size >= MAX_SESSIONS;
  }

  /** Adds a session; false where there are too many. */
  add(key: SessionKey, nowMs: number): boolean {
    if (this.isFull) return false;
    this.#lastBeatMs.set(text(key), nowMs);
    return true;
  }

  /** A beat of the session; false where it is not known. */
  touch(key: SessionKey, nowMs: number): boolean {
    const name = text(key);
    if (this.#service.has(name)) return true;
    if (!this.#lastBeatMs.has(name)) return false;
    this.#lastBeatMs.set(name, nowMs);
    return true;
  }

  /** 402997: removes what has been idle for the idle time or longer; which those were. */
  sweep(nowMs: number): SessionKey[] {
    const removed: SessionKey[] = [];
    for (const [name, lastMs] of this.#lastBeatMs) {
      if (nowMs - lastMs < this.#idleMs) continue;
      this.#lastBeatMs.delete(name);
      removed.push(keyOf(name));
    }
    return removed;
  }

  /** The sessions that redo knows, as having beaten now: while nobody served, nobody could beat. */
  restore(keys: Iterable<SessionKey>, nowMs: number): void {
    this.#lastBeatMs.clear();
    for (const key of keys) this.#lastBeatMs.set(text(key), nowMs);
  }

  /** Counts every session as having beaten now: while nobody served, nobody could beat. */
  restartIdleTimes(nowMs: number): void {
    for (const name of this.#lastBeatMs.keys()) this.#lastBeatMs.set(name, nowMs);
  }

  /** Forgets every session but those known from the start. */
  clear(): void {
    this.#lastBeatMs.clear();
  }
}

/** The session that a request names; undefined: none. */
export function sessionKey(body: {
  session_id?: string | undefined;
  user_token?: string | undefined;
}): SessionKey | undefined {
  if (body.session_id !== undefined) return { kind: 'session', value: body.session_id };
  return body.user_token === undefined ? undefined : { kind: 'token', value: body.user_token };
}

function text(key: SessionKey): string {
  return `${key.kind}:${key.value}`;
}

function keyOf(name: string): SessionKey {
  const end = name.indexOf(':');
  return { kind: name.slice(0, end) === 'token' ? 'token' : 'session', value: name.slice(end + 1) };
}
