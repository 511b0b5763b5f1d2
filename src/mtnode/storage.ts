import { z } from 'zod';
import type { Log } from '#core/logging';
import type { NodeStorage } from './ports.ts';

const epoch = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const MAX_INCARNATIONS = 8;

/** What an instance remembers beyond its own life. */
export const nodeStateSchema = z.object({
  version: z.literal(1),
  instance: z.string().min(1).max(64),
  /** The highest epoch seen anywhere; a wiped ZooKeeper continues above it. */
  highestEpoch: epoch,
  /** The token (decimal) of the last promotion by a console, and its epoch: at that epoch no lower one is obeyed. */
  promotedBy: z.object({ epoch, token: z.string().regex(/^\d{1,20}$/) }).nullable(),
  /** The epoch that this instance held last as the rightful primary; null where another took over since. */
  heldEpoch: epoch.nullable(),
  /** A claim written before it was tried: whether it came about, the route tells. */
  claiming: z.object({ epoch, incarnation: z.string().min(1).max(64) }).nullable(),
  /** Whom the route named last, as far as this instance has seen. */
  lastRoute: z.object({ instance: z.string().min(1).max(64), epoch }).nullable(),
  /** This process and the ones before it, the latest first: what they left in ZooKeeper is this instance's own. */
  incarnations: z.array(z.string().min(1).max(64)).max(MAX_INCARNATIONS),
});
export type NodeState = z.infer<typeof nodeStateSchema>;

/** The state of an instance that was never started before. */
export function blankState(instance: string): NodeState {
  return {
    version: 1,
    instance,
    highestEpoch: 0,
    promotedBy: null,
    heldEpoch: null,
    claiming: null,
    lastRoute: null,
    incarnations: [],
  };
}

/** The node's memory: the state in force and, one after the other, its way to the storage. */
export class Memory {
  readonly #storage: NodeStorage;
  readonly #log: Log;
  #state: NodeState;
  #saving: Promise<void> = Promise.resolve();

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
    const state = this.#state;
    const saved = this.#saving.then(() => this.#storage.save(state));
    this.#saving = saved.catch((error: unknown) => {
      this.#log.error('the state could not be stored', { error });
    });
    return saved;
  }

  /** As `update` for what need not be stored before going on: a failure is logged and the next save repeats it. */
  note(patch: Partial<NodeState>): void {
    this.update(patch).catch(() => {});
  }

  /** Resolves when everything changed so far was tried to be stored. */
  settled(): Promise<void> {
    return this.#saving;
  }
}
