import type { Clock } from '#core/clock';
import type { DataStatus } from '#shared/domain';

/** How often figures alone are told. Whoever wants them fresh asks the instance itself (1403040). */
const FIGURES_MS = 30_000;

/**
 * What the registration says of the data: news of a state at once, figures alone every half minute at most, so that
 * thousands of writes a second do not become as many changes in ZooKeeper, and each of them an event to every watcher.
 */
export class DataNews {
  readonly #clock: Clock;
  readonly #read: () => DataStatus;
  readonly #beside: () => readonly unknown[];
  readonly #tell: () => void;
  #shown: DataStatus;
  #class: readonly unknown[];
  #toldAtMs: number;

  /** `beside`: what else is told at once when it has changed. `tell` is called after the status shown has changed. */
  constructor(clock: Clock, read: () => DataStatus, beside: () => readonly unknown[], tell: () => void) {
    this.#clock = clock;
    this.#read = read;
    this.#beside = beside;
    this.#tell = tell;
    this.#shown = read();
    this.#class = this.#classOf(this.#shown);
    this.#toldAtMs = clock.monotonicMs();
  }

  shown(): DataStatus {
    return this.#shown;
  }

  /** Something may have changed. */
  consider(): void {
    const now = this.#read();
    if (this.#isOtherClass(now)) this.#show(now);
  }

  /** Called every UPKEEP_MS: not all that changes says so itself. */
  look(): void {
    const now = this.#read();
    const isOld = this.#clock.monotonicMs() - this.#toldAtMs >= FIGURES_MS;
    const areOther = () => JSON.stringify(now) !== JSON.stringify(this.#shown);
    if (this.#isOtherClass(now) || (isOld && areOther())) this.#show(now);
  }

  #show(now: DataStatus): void {
    this.#shown = now;
    this.#class = this.#classOf(now);
    this.#toldAtMs = this.#clock.monotonicMs();
    this.#tell();
  }

  #isOtherClass(status: DataStatus): boolean {
    const is = this.#classOf(status);
    return is.length !== this.#class.length || is.some((each, at) => each !== this.#class[at]);
  }

  #classOf(status: DataStatus): readonly unknown[] {
    return [...classOf(status), ...this.#beside()];
  }
}

/** What is told at once when it changes: each a value, or something that is made anew when it changes. */
function classOf({ mode, sync, lossBound, load, todb, takeover, aside }: DataStatus): readonly unknown[] {
  // Of one that receives nothing the bound grows only with what its primary is allowed: others decide by it.
  const bound =
    sync.state === 'failed' ? lossBound : lossBound === null ? 'unknown' : lossBound === 0 ? 'none' : 'some';
  const loaded = load === null ? 'no' : load.done === load.total;
  const { state, reason, digest, matchesPeer } = todb;
  const why = sync.reason && JSON.stringify(sync.reason);
  const ofSync = [sync.state, sync.directory, why];
  return [mode, ...ofSync, bound, loaded, state, reason?.key, digest, matchesPeer, takeover, aside];
}
