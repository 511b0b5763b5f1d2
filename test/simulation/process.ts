import type { Clock, Timer } from '#core/clock';
import type { SeededRandom } from './random.ts';
import type { Due, Timeline } from './timeline.ts';

/** A console that stood still for so long must have noticed. */
const LONG_MS = 2_500;
/** Of 2026-01-05 09:25 in Shanghai: a trading day. */
const WALL_START_MS = Date.UTC(2026, 0, 5, 1, 25);

/** What a wall clock that is right shows at that moment of the timeline. */
export const rightWallMs = (timelineMs: number): number => WALL_START_MS + timelineMs;

/**
 * A process of the simulation: its own clocks, and whether it runs. What happens to a process that hangs waits until it
 * goes on; what happens to a dead one does not happen.
 */
export class SimProcess {
  readonly name: string;
  readonly pid: number;
  readonly random: SeededRandom;
  readonly timeline: Timeline;
  readonly clock: Clock;
  /** What comes in or goes out takes up to this much longer. */
  slowMs = 0;
  #state: 'runs' | 'hangs' | 'dead' = 'runs';
  #wallOffsetMs = WALL_START_MS;
  /** How long the monotonic clock stood still while the machine slept. */
  #sleptMs = 0;
  #asleepSinceMs: number | undefined;
  #isHalted = false;
  #stoodSinceMs: number | undefined;
  /** When it went on after the latest time that it stood still for long, on the timeline; undefined: it never did. */
  stalledUntilMs: number | undefined;
  #waiting: (() => void)[] = [];

  constructor(name: string, pid: number, timeline: Timeline, random: SeededRandom) {
    this.name = name;
    this.pid = pid;
    this.timeline = timeline;
    this.random = random;
    this.clock = {
      monotonicMs: () => this.#monotonicMs(),
      wallMs: () => this.#wallOffsetMs + timeline.nowMs,
      setTimer: (delayMs, callback) => this.#setTimer(delayMs, callback),
    };
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get runs(): boolean {
    return this.#state === 'runs';
  }

  get hangs(): boolean {
    return this.#state === 'hangs';
  }

  kill(): void {
    this.#state = 'dead';
    this.#waiting = [];
  }

  /** Stops as by SIGSTOP: its clocks go on. */
  hang(): void {
    if (this.#state !== 'runs') return;
    this.#state = 'hangs';
    this.#stoodSinceMs = this.timeline.nowMs;
  }

  /** The machine sleeps: the monotonic clock stands still, the wall goes on. */
  sleep(): void {
    if (this.#state !== 'runs') return;
    this.hang();
    this.#asleepSinceMs = this.timeline.nowMs;
  }

  /** All that it has stands still, as a virtual machine that is halted: when it goes on, its wall clock is behind. */
  halt(): void {
    this.sleep();
    this.#isHalted = true;
  }

  /** Goes on after a hang or a sleep. */
  wake(): void {
    if (this.#state !== 'hangs') return;
    if (this.#asleepSinceMs !== undefined) this.#sleptMs += this.timeline.nowMs - this.#asleepSinceMs;
    this.#asleepSinceMs = undefined;
    const stoodMs = this.timeline.nowMs - (this.#stoodSinceMs ?? this.timeline.nowMs);
    if (stoodMs >= LONG_MS) this.stalledUntilMs = this.timeline.nowMs;
    if (this.#isHalted) this.#wallOffsetMs -= stoodMs;
    this.#isHalted = false;
    this.#state = 'runs';
    const waiting = this.#waiting;
    this.#waiting = [];
    // Each on its own: what the first leads to may end or stop the process before the next.
    for (const run of waiting) this.timeline.at(this.timeline.nowMs, () => this.take(run));
  }

  get isWallRight(): boolean {
    return this.#wallOffsetMs === WALL_START_MS;
  }

  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** The wall clock is set right, as by NTP. */
  setWallRight(): void {
    this.#wallOffsetMs = WALL_START_MS;
  }

  /** Something reaches the process now. */
  take(run: () => void): void {
    if (this.#state === 'runs') run();
    else if (this.#state === 'hangs') this.#waiting.push(run);
  }

  /** Waits until the process runs; for ever once it is dead. */
  running(): Promise<void> {
    if (this.#state === 'runs') return Promise.resolve();
    return new Promise((resolve) => this.take(resolve));
  }

  #monotonicMs(): number {
    const asleepMs = this.#asleepSinceMs === undefined ? 0 : this.timeline.nowMs - this.#asleepSinceMs;
    return this.timeline.nowMs - this.#sleptMs - asleepMs;
  }

  #setTimer(delayMs: number, callback: () => void): Timer {
    return new SimTimer(this, Math.max(0, delayMs), callback);
  }
}

/** A timer by a process's own monotonic clock. */
class SimTimer implements Timer {
  readonly #process: SimProcess;
  readonly #dueMs: number;
  readonly #fire: () => void;
  #callback: (() => void) | undefined;
  #due: Due;

  constructor(process: SimProcess, delayMs: number, callback: () => void) {
    const { clock, timeline } = process;
    this.#process = process;
    this.#callback = callback;
    this.#dueMs = clock.monotonicMs() + delayMs;
    this.#fire = () => {
      if (process.runs) this.#look();
      else process.take(() => this.#look());
    };
    this.#due = timeline.at(timeline.nowMs + delayMs, this.#fire);
  }

  cancel(): void {
    this.#callback = undefined;
    this.#due.run = undefined;
  }

  #look(): void {
    const callback = this.#callback;
    if (callback === undefined) return;
    const { clock, timeline } = this.#process;
    const leftMs = this.#dueMs - clock.monotonicMs();
    // The machine slept in between: by its own clock it is not due yet.
    if (leftMs > 0.001) {
      this.#due = timeline.at(timeline.nowMs + leftMs, this.#fire);
      return;
    }
    this.#callback = undefined;
    callback();
  }
}
