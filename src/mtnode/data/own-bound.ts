import { lossBoundOf } from '#mtnode/sync';
import { ANY_LOSS, type Message, type SyncRecord } from '#shared/domain';
import type { DataNode } from './environment.ts';
import { LossRefused } from './loss-refused.ts';

/** What the bound is reckoned from, beside the record of the synchronisation. */
export interface OwnReceipt {
  dataId: string;
  /** The last record of the primary's that is here. */
  receivedLsn: number;
  /** False: nothing more is received for now. */
  isFollowing: boolean;
}

/** At most how many acknowledged records would be missing if this instance took over with what it has. */
export class OwnBound {
  readonly #node: Pick<DataNode, 'records' | 'log' | 'onChange'>;
  readonly #receipt: () => OwnReceipt | undefined;
  #record: SyncRecord | undefined;
  #told: number | null = null;

  /** `receipt`: undefined while the data is not open, or cannot be used. */
  constructor(node: Pick<DataNode, 'records' | 'log' | 'onChange'>, receipt: () => OwnReceipt | undefined) {
    this.#node = node;
    this.#receipt = receipt;
  }

  /** By the `/sync` record seen last; null: nobody can say. */
  get now(): number | null {
    return this.#by(this.#record);
  }

  /** The `/sync` record, as ZooKeeper shows it. */
  recordSeen(record: SyncRecord | undefined): void {
    this.#record = record;
    this.consider();
  }

  /** Tells when the bound comes or goes, and every change of it while nothing is received; else it is a figure. */
  consider(): void {
    const before = this.#told;
    const bound = this.now;
    this.#told = bound;
    if (before === bound) return;
    const comesOrGoes = (before === null) !== (bound === null) || (before === 0) !== (bound === 0);
    if (comesOrGoes || this.#receipt()?.isFollowing === false) this.#node.onChange();
  }

  /**
   * By the `/sync` record as it is read now. Rejects with {@link LossRefused} where more than `acceptLoss` records may
   * be missing with what is here.
   */
  async accepted(acceptLoss: number, reason: Message | null): Promise<number | null> {
    const value = await this.#node.records.read().catch((error: unknown) => {
      this.#node.log.warn('the record of the synchronisation cannot be read', { error });
      return undefined;
    });
    const bound = this.#by(value?.record);
    if (acceptLoss < ANY_LOSS && (bound === null || bound > acceptLoss)) throw new LossRefused(bound, reason);
    return bound;
  }

  #by(record: SyncRecord | undefined): number | null {
    const receipt = this.#receipt();
    return receipt === undefined ? null : lossBoundOf(record, receipt.dataId, receipt.receivedLsn);
  }
}
