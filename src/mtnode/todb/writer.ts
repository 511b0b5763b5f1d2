import { sleep } from '#core/clock';
import { DatabaseError, type EpochStart } from '#core/local-database';
import type { Message, TodbStatus } from '#shared/domain';
import { digestOf, parseBaseData } from './base-data.ts';
import type { TodbWriterPorts } from './ports.ts';
import { differsReason, troubleOf } from './status.ts';
import { backOffMs, Term } from './term.ts';

export interface TodbWriterSetting {
  /** The node's name, which both instances share: what the database files rows and the claim under. */
  node: string;
  /** The own Todb file's digest. */
  digest: string;
  /** Orders in one transaction, at most 1,000, which is the default. */
  batchOrders?: number;
}

export interface BaseData {
  rows: Record<string, string>;
  /** `copy`: the database could not be reached; this is what it said last. */
  from: 'database' | 'copy';
  /** The same rows have the same one. */
  digest: string;
}

type State = Pick<TodbStatus, 'state' | 'reason'>;
const IDLE: State = { state: 'idle', reason: null };

/**
 * Moves acknowledged orders from redo to the local database, in LSN order, while its instance is primary (F7). Nothing is
 * lost: what is not there yet stays in redo and is read again from the position that the database itself gives. Nothing
 * is doubled: a row's key is its epoch and LSN, and a writer of an older epoch is fenced.
 */
export class TodbWriter {
  readonly #setting: TodbWriterSetting;
  readonly #ports: TodbWriterPorts;
  #term: Term | undefined;
  #state: State = IDLE;
  #peerDigest: string | null = null;
  /** What the copy of the base data holds, as far as this process knows. */
  #copied: { text: string; digest: string } | undefined;

  constructor(setting: TodbWriterSetting, ports: TodbWriterPorts) {
    this.#setting = setting;
    this.#ports = ports;
  }

  /**
   * A term as primary begins. `history` is what the own redo consists of, ascending by epoch; its last entry is the new
   * epoch. `supposedLsn`: what was last heard to be in the database, for the backlog alone and until the database itself
   * says so; the status has no persisted LSN before. Nothing is moved before `acknowledged`.
   */
  start(history: readonly EpochStart[], supposedLsn: number | null = null): void {
    this.#term?.end();
    const term = new Term(this.#setting, this.#ports, history, supposedLsn, (state) => {
      if (this.#term === term) this.#become(state);
    });
    this.#term = term;
    term.begin();
  }

  /** Everything up to `lsn` is acknowledged and may be moved. Ignored outside a term. */
  acknowledged(lsn: number): void {
    this.#term?.acknowledge(lsn);
  }

  /** The term is over. Resolves once no call of it is under way any more, within the database's own time-out. */
  async stop(): Promise<void> {
    const term = this.#term;
    this.#term = undefined;
    this.#become(IDLE);
    await term?.end();
  }

  /** The other instance's digest; null where it is not known. */
  peerSays(digest: string | null): void {
    if (digest === this.#peerDigest) return;
    this.#peerDigest = digest;
    this.#ports.changed?.(this.status());
  }

  status(): TodbStatus {
    return {
      state: this.#state.state,
      reason: this.#state.reason ?? this.#differs(),
      backlog: this.#term?.backlog() ?? 0,
      persistedLsn: this.#term?.persistedLsn() ?? null,
      digest: this.#setting.digest,
      matchesPeer: this.#peerDigest === null ? null : this.#peerDigest === this.#setting.digest,
    };
  }

  /**
   * The base data (F5): from the database, or, where it cannot be reached, the copy kept of it. Where there is none
   * either, waits for the database, with the reason in the status. Rejects once `signal` aborts.
   */
  async baseData(signal: AbortSignal): Promise<BaseData> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.#baseDataOnce();
      } catch (error) {
        signal.throwIfAborted();
        if (!this.#term) this.#become(troubleOf(this.#ports.database.name, error));
        await sleep(this.#ports.clock, backOffMs(failures), signal);
        signal.throwIfAborted();
      }
    }
  }

  async #baseDataOnce(): Promise<BaseData> {
    const { database, copy } = this.#ports;
    try {
      const rows = await database.baseData();
      const digest = await this.#keep(rows);
      if (!this.#term) this.#become(IDLE);
      return { rows, from: 'database', digest };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const kept = parseBaseData(await copy.load());
      if (!kept) throw error;
      return { rows: kept, from: 'copy', digest: digestOf(kept) };
    }
  }

  /** The copy is forced to disk, which the redo log needs as well: one that says the same already is left. */
  async #keep(rows: Record<string, string>): Promise<string> {
    const text = JSON.stringify(rows);
    if (text === this.#copied?.text) return this.#copied.digest;
    const digest = digestOf(rows);
    await this.#ports.copy.save(rows);
    this.#copied = { text, digest };
    return digest;
  }

  #differs(): Message | null {
    const peer = this.#peerDigest;
    return peer === null || peer === this.#setting.digest ? null : differsReason(this.#setting.digest, peer);
  }

  #become(state: State): void {
    const before = this.#state;
    if (before.state === state.state && JSON.stringify(before.reason) === JSON.stringify(state.reason)) return;
    this.#state = state;
    this.#ports.changed?.(this.status());
  }
}
