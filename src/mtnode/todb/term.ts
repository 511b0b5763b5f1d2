import { sleep } from '#core/clock';
import { DatabaseError, type EpochStart } from '#core/local-database';
import type { Message, TodbState } from '#shared/domain';
import type { TodbWriterPorts } from './ports.ts';
import { troubleOf } from './status.ts';

const MAX_BATCH_ORDERS = 1_000;
/** A batch that is not full waits for company this long: the redo log needs the same disk. */
const GATHER_MS = 20;
const FIRST_BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 1_000;

/** How long to wait after the `failures + 1`-th failure in a row. */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 10));
}

/** One term of a primary: claims the database for its epoch and moves orders until it is over. */
export class Term {
  readonly #node: string;
  readonly #batchOrders: number;
  readonly #ports: TodbWriterPorts;
  readonly #history: readonly EpochStart[];
  readonly #own: EpochStart;
  readonly #report: (state: { state: TodbState; reason: Message | null }) => void;
  readonly #over = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;
  #acknowledgedLsn = 0;
  /** What the database has said in this term; nothing else may be taken for persisted. */
  #persistedLsn: number | null = null;
  readonly #supposedLsn: number;
  #claimed = false;

  constructor(
    setting: { node: string; batchOrders?: number },
    ports: TodbWriterPorts,
    history: readonly EpochStart[],
    supposedLsn: number | null,
    report: (state: { state: TodbState; reason: Message | null }) => void,
  ) {
    const own = history.at(-1);
    if (!own) throw new Error('a term has an epoch');
    this.#own = own;
    this.#node = setting.node;
    this.#batchOrders = Math.min(setting.batchOrders ?? MAX_BATCH_ORDERS, MAX_BATCH_ORDERS);
    this.#ports = ports;
    this.#history = [...history];
    this.#supposedLsn = Math.min(supposedLsn ?? own.firstLsn, own.firstLsn - 1);
    this.#report = report;
  }

  begin(): void {
    this.#ended = this.#run();
  }

  /** Takes no further step; resolves once none is under way. */
  end(): Promise<void> {
    this.#over.abort();
    this.#wake?.();
    return this.#ended;
  }

  acknowledge(lsn: number): void {
    if (lsn <= this.#acknowledgedLsn) return;
    this.#acknowledgedLsn = lsn;
    this.#wake?.();
  }

  persistedLsn(): number | null {
    return this.#persistedLsn;
  }

  /** Records; from what is supposed to be there, at most all before the own epoch, until the database has said. */
  backlog(): number {
    return Math.max(0, this.#acknowledgedLsn - (this.#persistedLsn ?? this.#supposedLsn));
  }

  async #run(): Promise<void> {
    const { clock, database } = this.#ports;
    const { signal } = this.#over;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const full = await this.#step();
        failures = 0;
        if (!full) await sleep(clock, GATHER_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        // Whatever the failed call did: the database itself says, at the next claim, how far it got.
        this.#claimed = false;
        this.#report(troubleOf(database.name, error));
        if (error instanceof DatabaseError && error.code === 'FENCED') return;
        await sleep(clock, backOffMs(failures++), signal);
      }
    }
  }

  /** Claims, or moves one batch once there is one; whether there was more than the batch takes. */
  async #step(): Promise<boolean> {
    const { database, source } = this.#ports;
    if (!this.#claimed) {
      const position = await database.claim(this.#node, this.#history);
      this.#claimed = true;
      this.#persistedLsn = position.lsn;
      this.#report({ state: 'ok', reason: null });
      return true;
    }
    const persisted = this.#persistedLsn ?? 0;
    await this.#untilAcknowledgedBeyond(persisted);
    if (this.#over.signal.aborted) return true;
    const batch = await source.read(persisted + 1, this.#acknowledgedLsn, this.#batchOrders);
    if (this.#over.signal.aborted) return true;
    if (batch.throughLsn <= persisted || batch.throughLsn > this.#acknowledgedLsn)
      throw new Error(`redo from ${persisted + 1} was read up to ${batch.throughLsn}`);
    await database.write(this.#node, this.#own.epoch, batch.rows, batch.throughLsn);
    this.#persistedLsn = batch.throughLsn;
    return batch.throughLsn < this.#acknowledgedLsn;
  }

  async #untilAcknowledgedBeyond(lsn: number): Promise<void> {
    while (this.#acknowledgedLsn <= lsn && !this.#over.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
