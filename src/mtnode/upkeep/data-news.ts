import { type Clock, every } from '#core/clock';
import type { DataStatus } from '#shared/domain';

/** How often figures alone are told. */
const FIGURES_MS = 1_000;

/**
 * What the registration says of the data: news of a state at once, figures alone once a second at most, so that thousands
 * of writes a second do not become as many changes in ZooKeeper.
 */
export class DataNews {
  readonly #read: () => DataStatus;
  readonly #tell: () => void;
  #shown: DataStatus;
  #class: string;
  readonly #end: () => void;

  /** `tell` is called after the status shown has changed. */
  constructor(clock: Clock, read: () => DataStatus, tell: () => void) {
    this.#read = read;
    this.#tell = tell;
    this.#shown = read();
    this.#class = classOf(this.#shown);
    this.#end = every(clock, FIGURES_MS, () => this.#show(read())).cancel;
  }

  shown(): DataStatus {
    return this.#shown;
  }

  /** Something may have changed. */
  consider(): void {
    const now = this.#read();
    if (classOf(now) !== this.#class) this.#show(now);
  }

  stop(): void {
    this.#end();
  }

  #show(now: DataStatus): void {
    this.#shown = now;
    this.#class = classOf(now);
    this.#tell();
  }
}

/** What is told at once when it changes. */
function classOf({ mode, sync, lossBound, load, todb, takeover, aside }: DataStatus): string {
  // Of one that receives nothing the bound grows only with what its primary is allowed: others decide by it.
  const bound =
    sync.state === 'failed' ? lossBound : lossBound === null ? 'unknown' : lossBound === 0 ? 'none' : 'some';
  const loaded = load === null ? 'no' : load.done === load.total;
  const { state, reason, digest, matchesPeer } = todb;
  return JSON.stringify([mode, sync, bound, loaded, state, reason?.key, digest, matchesPeer, takeover, aside]);
}
