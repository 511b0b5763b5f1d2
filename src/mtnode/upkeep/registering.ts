import type { Clock, Timer } from '#core/clock';
import type { OwnRegistration } from '#mtnode/pair';
import type { Registration } from '#shared/domain';

/**
 * What nobody waits for is registered so long after it changed: each change is a write in ZooKeeper and an event to every
 * watcher, and at a start and at a promotion nearly all of them come with, or just before, one that is waited for.
 */
const SOON_MS = 100;
const AT_ONCE = ['role', 'status', 'epoch', 'steppedDownEpoch'] as const satisfies (keyof Registration)[];

/** Keeps the registration saying what this instance says of itself: who serves at once, the rest with it or soon. */
export class Registering {
  readonly #clock: Clock;
  readonly #registration: OwnRegistration;
  readonly #read: () => Registration;
  /** What is registered, or on its way there; undefined: it has not begun. */
  #registered: Registration | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, registration: OwnRegistration, read: () => Registration) {
    this.#clock = clock;
    this.#registration = registration;
    this.#read = read;
  }

  /** Registers, from here on and whenever there is a connection; `incarnations`: what this instance was before. */
  begin(incarnations: readonly string[]): void {
    this.#registered = this.#read();
    this.#registration.begin(this.#registered, incarnations);
  }

  /** Something may have changed. */
  consider(): void {
    const registered = this.#registered;
    if (registered === undefined) return;
    const record = this.#read();
    if (AT_ONCE.some((key) => record[key] !== registered[key])) this.#write(record);
    else if (this.#timer === undefined && !isSame(record, registered))
      this.#timer = this.#clock.setTimer(SOON_MS, () => this.#write(this.#read()));
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #write(record: Registration): void {
    this.stop();
    this.#timer = undefined;
    this.#registered = record;
    this.#registration.update(record);
  }
}

/** Most of a record is made of the very same values each time. */
function isSame(one: Registration, other: Registration): boolean {
  for (const key in other) if (!(key in one)) return false;
  for (const key in one) {
    const is = one[key as keyof Registration];
    const was = other[key as keyof Registration];
    if (is !== was && JSON.stringify(is) !== JSON.stringify(was)) return false;
  }
  return true;
}
