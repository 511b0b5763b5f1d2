import { type Clock, sleep } from '#core/clock';
import { type PhaseName, type PhaseProgress, START_UP_PHASES } from '#shared/domain';

/** How many things each phase loads (F5): database, thread pool, plug-ins; adapters; tables of base data. */
const ITEMS: Record<PhaseName, number> = { preload: 3, 'front-adapters': 6, 'base-data': 4 };

/** The start-up's phases (F5): simulated loading, with progress that can be seen. */
export class Phases {
  readonly #clock: Clock;
  readonly #durationsMs: Record<PhaseName, number>;
  readonly #onProgress: () => void;
  readonly #loaders: Partial<Record<PhaseName, () => Promise<void>>>;
  #progress: PhaseProgress[] = pending();
  #run = 0;

  /** `loaders`: what a phase truly loads, beside the simulated; a phase is not done before it resolves. */
  constructor(
    clock: Clock,
    durationsMs: Record<PhaseName, number>,
    onProgress: () => void,
    loaders: Partial<Record<PhaseName, () => Promise<void>>> = {},
  ) {
    this.#clock = clock;
    this.#durationsMs = durationsMs;
    this.#onProgress = onProgress;
    this.#loaders = loaders;
  }

  /** Another list whenever it has changed; not to be changed. */
  progress(): PhaseProgress[] {
    return this.#progress;
  }

  isDone(name: PhaseName): boolean {
    return this.#progress.some((phase) => phase.name === name && phase.state === 'done');
  }

  allDone(): boolean {
    return this.#progress.every((phase) => phase.state === 'done');
  }

  /** Everything is to be loaded again; what is being loaded is left. */
  reset(): void {
    this.#run++;
    this.#show(pending());
  }

  preload(): Promise<boolean> {
    return this.#load(['preload'], this.#run);
  }

  /** Front adapters, then base data: what a standby leaves for later. */
  loadRest(): Promise<boolean> {
    return this.#load(['front-adapters', 'base-data'], this.#run);
  }

  /** The same at a promotion: the front adapters asynchronously (F8), so that nothing waits for them but the end. */
  async loadRestTogether(): Promise<boolean> {
    const loaded = await Promise.all([this.#load(['front-adapters'], this.#run), this.#load(['base-data'], this.#run)]);
    return !loaded.includes(false);
  }

  /** What a promotion began to load is not wanted after all. */
  dropRest(): void {
    this.#run++;
    const [preload, ...rest] = this.#progress;
    if (preload === undefined) return;
    const dropped = rest.map(({ name, total }): PhaseProgress => ({ name, state: 'pending', done: 0, total }));
    this.#show([preload, ...dropped]);
  }

  /** Resolves true when the phases are done, false when a reset came first. Rejects where a loader does. */
  async #load(names: readonly PhaseName[], run: number): Promise<boolean> {
    for (const name of names) {
      const total = ITEMS[name];
      const loader = this.#loaders[name];
      const loaded = loader?.();
      // It is waited for only after the steps; a failure meanwhile is no unhandled one.
      loaded?.catch(() => {});
      const beganMs = this.#clock.monotonicMs();
      for (let done = 0; done < total; done++) {
        this.#set({ name, state: 'running', done, total });
        // Timers come late: what one item took too long the next has less.
        const dueMs = beganMs + (this.#durationsMs[name] * (done + 1)) / total;
        await sleep(this.#clock, Math.max(0, dueMs - this.#clock.monotonicMs()));
        if (run !== this.#run) return false;
      }
      if (loaded !== undefined) await loaded;
      if (run !== this.#run) return false;
      this.#set({ name, state: 'done', done: total, total });
    }
    return true;
  }

  #set(next: PhaseProgress): void {
    this.#show(this.#progress.map((phase) => (phase.name === next.name ? next : phase)));
  }

  #show(progress: PhaseProgress[]): void {
    this.#progress = progress;
    this.#onProgress();
  }
}

function pending(): PhaseProgress[] {
  return START_UP_PHASES.map((name) => ({ name, state: 'pending', done: 0, total: ITEMS[name] }));
}
