import type { Clock, Timer } from '#core/clock';
import type { Log } from '#core/logging';
import type { NodeStorage } from './ports.ts';
import { blankState, MAX_INCARNATIONS, type NodeState } from './state.ts';

/** What nobody waits for is stored after so long: what must be stored at once does not wait behind it. */
const NOTE_DELAY_MS = 50;

/** The node's memory: the state in force and its way to the storage; what changes during one save goes with the next. */
export class Memory {
  readonly #storage: NodeStorage;
  readonly #clock: Clock;
  readonly #log: Log;
  #state: NodeState;
  #current: Promise<void> = Promise.resolve();
  /** Begins after the present one, with whatever the state is then. */
  #next: Promise<void> | undefined;
  #hasFailed = false;
  /** Set while something is noted that no save has begun for. */
  #noted: Timer | undefined;

  private constructor(storage: NodeStorage, clock: Clock, log: Log, state: NodeState) {
    this.#storage = storage;
    this.#clock = clock;
    this.#log = log;
    this.#state = state;
  }

  /** Loads what was saved, adds this incarnation to it and saves that. Rejects where the storage fails. */
  static async open(
    { storage, clock, log }: { storage: NodeStorage; clock: Clock; log: Log },
    instance: string,
    incarnation: string,
  ): Promise<Memory> {
    const found = (await storage.load()) ?? blankState(instance);
    if (found.instance !== instance)
      throw new Error(`the stored state belongs to instance ${found.instance}, not to ${instance}`);
    const memory = new Memory(storage, clock, log, found);
    await memory.update({ incarnations: [incarnation, ...found.incarnations].slice(0, MAX_INCARNATIONS) });
    return memory;
  }

  get state(): Readonly<NodeState> {
    return this.#state;
  }

  /** Changes the state at once and resolves when the change is stored; rejects where it could not be. */
  update(patch: Partial<NodeState>): Promise<void> {
    const isNew = this.#change(patch);
    // It is stored already, or being stored.
    if (!isNew && !this.#hasFailed && this.#noted === undefined && this.#next === undefined) return this.#current;
    return this.#save();
  }

  /** As `update` for what need not be stored before going on: a failure is logged and the next save repeats it. */
  note(patch: Partial<NodeState>): void {
    if (!this.#change(patch) || this.#next !== undefined) return;
    this.#noted ??= this.#clock.setTimer(NOTE_DELAY_MS, () => void this.#save().catch(() => {}));
  }

  /** Resolves when everything changed so far was tried to be stored. */
  async settled(): Promise<void> {
    await (this.#noted === undefined ? (this.#next ?? this.#current) : this.#save()).catch(() => {});
  }

  /** Whether that is another state. */
  #change(patch: Partial<NodeState>): boolean {
    const keys = Object.keys(patch) as (keyof NodeState)[];
    const isNew = keys.some((key) => JSON.stringify(patch[key]) !== JSON.stringify(this.#state[key]));
    this.#state = { ...this.#state, ...patch };
    return isNew;
  }

  #save(): Promise<void> {
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  async #afterCurrent(): Promise<void> {
    await this.#current.catch(() => {});
    this.#next = undefined;
    this.#noted?.cancel();
    this.#noted = undefined;
    this.#hasFailed = false;
    this.#current = this.#storage.save(this.#state);
    // Told here, for whoever waits may not.
    this.#current.catch((error: unknown) => {
      this.#hasFailed = true;
      this.#log.error('the state could not be stored', { error });
    });
    await this.#current;
  }
}
