import type { Log } from '#core/logging';
import type { NodeStorage } from './ports.ts';
import { blankState, MAX_INCARNATIONS, type NodeState } from './state.ts';

/** The node's memory: the state in force and its way to the storage; what changes during one save goes with the next. */
export class Memory {
  readonly #storage: NodeStorage;
  readonly #log: Log;
  #state: NodeState;
  #current: Promise<void> = Promise.resolve();
  /** Begins after the present one, with whatever the state is then. */
  #next: Promise<void> | undefined;

  private constructor(storage: NodeStorage, log: Log, state: NodeState) {
    this.#storage = storage;
    this.#log = log;
    this.#state = state;
  }

  /** Loads what was saved, adds this incarnation to it and saves that. Rejects where the storage fails. */
  static async open(storage: NodeStorage, log: Log, instance: string, incarnation: string): Promise<Memory> {
    const found = (await storage.load()) ?? blankState(instance);
    if (found.instance !== instance)
      throw new Error(`the stored state belongs to instance ${found.instance}, not to ${instance}`);
    const memory = new Memory(storage, log, found);
    await memory.update({ incarnations: [incarnation, ...found.incarnations].slice(0, MAX_INCARNATIONS) });
    return memory;
  }

  get state(): Readonly<NodeState> {
    return this.#state;
  }

  /** Changes the state at once and resolves when the change is stored; rejects where it could not be. */
  update(patch: Partial<NodeState>): Promise<void> {
    this.#state = { ...this.#state, ...patch };
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  /** As `update` for what need not be stored before going on: a failure is logged and the next save repeats it. */
  note(patch: Partial<NodeState>): void {
    this.update(patch).catch(() => {});
  }

  /** Resolves when everything changed so far was tried to be stored. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#current).catch(() => {});
  }

  async #afterCurrent(): Promise<void> {
    await this.#current.catch(() => {});
    this.#next = undefined;
    this.#current = this.#storage.save(this.#state);
    // Told here, for whoever waits may not.
    this.#current.catch((error: unknown) => this.#log.error('the state could not be stored', { error }));
    await this.#current;
  }
}
