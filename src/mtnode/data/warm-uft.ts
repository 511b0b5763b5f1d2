import { type Disk, type RedoLog, type RedoRecord, slices } from '#mtnode/redo';
import { type LoadOptions, type Uft, UftLoader } from '#mtnode/uft';
import type { LoadProgress } from '#shared/domain';
import type { DataNode } from './environment.ts';

/**
 * Keeps UFT up with what a standby receives, so that a promotion has next to nothing left to load. It takes the memory
 * that the primary's takes, and no more than a bounded number of records beside it.
 */
export class WarmUft {
  readonly #loader: UftLoader;
  readonly #node: DataNode;
  #stop = new AbortController();
  /** One load at a time; those that were called off end too. */
  #loading: Promise<void> | undefined;
  /** What is in redo cannot be loaded: a promotion will say so. */
  #hasFailed = false;

  constructor(uft: Uft, disk: Disk, log: RedoLog, node: DataNode) {
    this.#loader = new UftLoader(uft, disk, log);
    this.#node = node;
  }

  /** Records of the primary were appended to the own log. */
  take(records: readonly RedoRecord[]): void {
    if (!this.#hasFailed) this.#guarded(() => this.#loader.take(records));
  }

  /** The own log has more on its disk: what is missing in UFT is read, unless that is being done. */
  received(): void {
    if (this.#hasFailed || this.#loading !== undefined || this.#loader.isComplete) return;
    const { signal } = this.#stop;
    this.#begin({ signal }).catch((error: unknown) => {
      // Files come and go while it is read: the next records have it tried again.
      if (!signal.aborted) this.#node.log.debug('what was received could not be loaded yet', { error });
    });
  }

  /** At a promotion, once nobody is followed any more: the rest. Rejects as {@link UftLoader.load} does. */
  async load(signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<void> {
    while (this.#loading !== undefined) await this.#loading;
    signal.throwIfAborted();
    await this.#begin({ signal, onProgress });
  }

  /** UFT is emptied; what is under way ends. */
  reset(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#hasFailed = false;
    this.#loader.reset();
  }

  #begin(options: Omit<LoadOptions, 'pause'>): Promise<void> {
    const loading = this.#loader.load({ ...options, pause: slices(this.#node.clock) });
    this.#loading = loading
      .catch(() => {})
      .finally(() => {
        this.#loading = undefined;
      });
    return loading;
  }

  #guarded(apply: () => void): void {
    try {
      apply();
    } catch (error) {
      this.#hasFailed = true;
      this.#node.log.error('what was received cannot be loaded', { error });
    }
  }
}
