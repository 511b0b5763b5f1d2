import type { Timer } from '#core/clock';
import { type Disk, type Entry, encodeEntry, type RedoLog, type RedoRecord } from '#mtnode/redo';
import { type Confirmation, ConfirmationBook, isSealed, LookHints, LossKeeper, readOwnSeal } from '#mtnode/sync';
import type { Uft } from '#mtnode/uft';
import { FUNCTIONS } from '#shared/domain';
import type { RedoPosition } from '#shared/protocol';
import type { DataNode, DataSetting } from './environment.ts';

/** More writes than this are not kept waiting; further ones are refused. */
const MAX_WAITING = 100_000;

/**
 * `acknowledged`: nothing can lose it any more. `not-acknowledged`: whether it survives is not known, or it was not
 * taken at all.
 */
export type WriteOutcome = { kind: 'acknowledged'; lsn: number } | { kind: 'not-acknowledged' };
const NOT_ACKNOWLEDGED: WriteOutcome = { kind: 'not-acknowledged' };

interface Waiting extends Pick<RedoRecord, 'lsn' | 'epoch' | 'type' | 'payload'> {
  /** Undefined: nobody waits, or nobody does any more. */
  answer: ((outcome: WriteOutcome) => void) | undefined;
}

export interface TermParts {
  setting: DataSetting;
  node: DataNode;
  disk: Disk;
  log: RedoLog;
  uft: Uft;
  dataId: string;
  /** Called after each advance of what is acknowledged. */
  onAcknowledged(lsn: number): void;
}

/**
 * One term of a primary: takes writes, forces them to disk in groups, and acknowledges each once it is on disk, no seal
 * was found after that, the loss bound allows it and the lease lives at that very moment.
 */
export class Term {
  readonly epoch: number;
  readonly #parts: TermParts;
  readonly #keeper: LossKeeper;
  readonly #book: ConfirmationBook;
  readonly #hints = new LookHints();
  /** Set for when the next hint may be due, or for earlier. */
  #hintTimer: { timer: Timer; atMs: number } | undefined;
  /** Appended and not applied yet, from `#next` on. */
  #queue: Waiting[] = [];
  #next = 0;
  #committing = false;
  /** When the disk was asked for what it has not answered yet, on the monotonic clock; undefined: for nothing. */
  #askedDiskMs: number | undefined;
  /** On disk, and no seal was found after that. */
  #clearedLsn = 0;
  #acknowledgedLsn = 0;
  #ended = false;

  constructor(parts: TermParts, epoch: number) {
    const { setting, node, log, dataId } = parts;
    this.#parts = parts;
    this.epoch = epoch;
    this.#book = new ConfirmationBook(epoch, dataId);
    this.#keeper = new LossKeeper(
      {
        epoch,
        self: { instance: setting.instance, dataId },
        mode: setting.mode,
        lossBound: setting.lossBound,
        confirmTimeoutMs: setting.confirmTimeoutMs,
        durableLsn: log.durableLsn,
      },
      {
        clock: node.clock,
        records: node.records,
        routeVersion: () => node.routeVersion(),
        onChange: () => this.advance(),
        onError: (error) => node.log.error('the record of the synchronisation cannot be kept', { error }),
      },
    );
  }

  /** For how long the disk has left what it was asked for without an answer; 0: it is asked for nothing. */
  diskWaitMs(): number {
    return this.#askedDiskMs === undefined ? 0 : this.#parts.node.clock.monotonicMs() - this.#askedDiskMs;
  }

  get isOver(): boolean {
    return this.#ended;
  }

  get acknowledgedLsn(): number {
    return this.#acknowledgedLsn;
  }

  get confirmedLsn(): number | null {
    return this.#book.latest?.lsn ?? null;
  }

  /** Throws EntryError where the entry is none that redo can hold. */
  write(entry: Entry): Promise<WriteOutcome> {
    if (this.#ended || this.#queue.length - this.#next >= MAX_WAITING) return Promise.resolve(NOT_ACKNOWLEDGED);
    return new Promise((resolve) => this.#append(entry, resolve));
  }

  /** As `write`, where nobody waits for the outcome. */
  note(entry: Entry): void {
    if (!this.#ended) this.#append(entry, undefined);
  }

  #append(entry: Entry, answer: Waiting['answer']): void {
    const payload = encodeEntry(entry);
    const lsn = this.#parts.log.append(this.epoch, entry.type, payload);
    this.#queue.push({ lsn, epoch: this.epoch, type: entry.type, payload, answer });
    if (!this.#committing) void this.#commit();
  }

  /** Forces to disk what was appended, and what was appended meanwhile, until there is nothing more. */
  async #commit(): Promise<void> {
    this.#committing = true;
    const { log, disk, node } = this.#parts;
    try {
      while (!this.#ended && log.lastLsn > this.#clearedLsn) {
        this.#askedDiskMs = node.clock.monotonicMs();
        const durableLsn = await log.flush();
        this.#hint();
        // Only a seal looked for after the force tells: whoever sealed before has read what was there then.
        const seal = await readOwnSeal(disk);
        this.#askedDiskMs = undefined;
        if (this.#ended) return;
        if (seal !== undefined && isSealed(seal, this.epoch)) {
          this.#close(() => node.onSealed(seal));
          return;
        }
        this.#clearedLsn = durableLsn;
        this.#keeper.durable(durableLsn);
        this.advance();
      }
    } catch (error) {
      if (!this.#ended) this.#close(() => node.onFailed(error));
    } finally {
      this.#committing = false;
    }
  }

  #close(tell: () => void): void {
    this.end();
    tell();
  }

  /** Acknowledges what may be: something that it depends on may have changed. */
  advance(): void {
    const { uft, node, onAcknowledged } = this.#parts;
    const limit = Math.min(this.#clearedLsn, this.#keeper.view.acknowledgeableLsn);
    if (this.#ended || limit <= this.#acknowledgedLsn) return;
    if (!node.mayAcknowledge(this.epoch)) {
      this.letGo();
      return;
    }
    for (let next = this.#queue[this.#next]; next !== undefined && next.lsn <= limit; next = this.#queue[this.#next]) {
      this.#next++;
      uft.apply(next);
      next.answer?.({ kind: 'acknowledged', lsn: next.lsn });
    }
    this.#acknowledgedLsn = limit;
    this.#forgetApplied();
    this.#hint();
    onAcknowledged(limit);
  }

  #forgetApplied(): void {
    if (this.#next === this.#queue.length) this.#queue = [];
    else if (this.#next > 10_000) this.#queue = this.#queue.slice(this.#next);
    else return;
    this.#next = 0;
  }

  /** Whoever waits hears that nothing is acknowledged; what was written stays in redo, and may well survive. */
  letGo(): void {
    for (const waiting of this.#queue.slice(this.#next)) {
      waiting.answer?.(NOT_ACKNOWLEDGED);
      waiting.answer = undefined;
    }
  }

  /** 990013: the standby has everything up to there on its disk. */
  confirmed(instance: string, confirmation: Confirmation): void {
    if (this.#ended || !this.#book.take(confirmation, this.#parts.log.lastLsn)) return;
    const lsn = this.#book.of(confirmation.dataId);
    if (lsn !== undefined) this.#keeper.confirmed({ instance, dataId: confirmation.dataId }, lsn);
    this.#hint();
  }

  /** Whether a standby is registered in ZooKeeper. */
  registered(isRegistered: boolean): void {
    this.#keeper.registered(isRegistered);
  }

  /** The route or the connection to ZooKeeper has changed: what failed is tried again. */
  retry(): void {
    this.#keeper.retry();
    this.advance();
  }

  /** Nothing is acknowledged from here on. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#keeper.stop();
    this.#hintTimer?.timer.cancel();
    this.letGo();
  }

  /** After the end and a flush: what is on disk and not acknowledged becomes part of what is here all the same. */
  applyRest(): void {
    for (const each of this.#queue.slice(this.#next)) this.#parts.uft.apply(each);
    this.#queue = [];
    this.#next = 0;
  }

  #hint(): void {
    if (this.#ended) return;
    const { node, setting, log } = this.#parts;
    const isDue = this.#hints.take(log.durableLsn, this.#acknowledgedLsn, node.clock.monotonicMs());
    this.#hintAgain();
    if (!isDue) return;
    const { instance, incarnation } = setting;
    node.tellPeer(FUNCTIONS.practiceLook, { instance, incarnation, ...this.#position() });
  }

  /** How far the redo is, for the standby, which hears it in place of the next hint; undefined: the term is over. */
  tellPosition(): RedoPosition | undefined {
    if (this.#ended) return undefined;
    const { node, log } = this.#parts;
    this.#hints.told(log.durableLsn, this.#acknowledgedLsn, node.clock.monotonicMs());
    this.#hintTimer?.timer.cancel();
    this.#hintTimer = undefined;
    this.#hintAgain();
    return this.#position();
  }

  #position(): RedoPosition {
    const confirmed = this.#book.latest;
    return {
      at_epoch: this.epoch,
      durable_lsn: this.#parts.log.durableLsn,
      acknowledged_lsn: this.#acknowledgedLsn,
      ...(confirmed === undefined ? {} : { confirmed: { data_id: confirmed.dataId, lsn: confirmed.lsn } }),
    };
  }

  /** A timer that is set for too early looks and is set again: writes move what is due, and there may be thousands. */
  #hintAgain(): void {
    const { clock } = this.#parts.node;
    const nowMs = clock.monotonicMs();
    const dueAtMs = this.#hints.dueAtMs(nowMs);
    if (this.#hintTimer !== undefined && this.#hintTimer.atMs <= dueAtMs) return;
    this.#hintTimer?.timer.cancel();
    const timer = clock.setTimer(Math.max(1, dueAtMs - nowMs), () => {
      this.#hintTimer = undefined;
      this.#hint();
    });
    this.#hintTimer = { timer, atMs: dueAtMs };
  }
}
