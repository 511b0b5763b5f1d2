import { CommandError } from '#main/ipc';
import { type Practice, type PracticeTwin, practiceTwin } from '#main/practice';
import type { PracticeFault, PracticeView } from '#shared/contract';
import { type Environment, message, pairKey } from '#shared/domain';
import type { Fleet } from './fleet.ts';

const OFF: PracticeView = {
  state: 'off',
  environmentId: null,
  pairKey: null,
  twinOf: null,
  zookeeper: null,
  instances: [],
  problem: null,
};

/** The practice environment's place in the fleet: started, watched, and unwatched before it is stopped. */
export class PracticeSlot {
  readonly #practice: Practice | null;
  readonly #fleet: Fleet;
  #environment: Environment | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** `changed` is called after every change of the view. */
  constructor(practice: Practice | null, fleet: Fleet, changed: () => void) {
    this.#practice = practice;
    this.#fleet = fleet;
    practice?.onChange(changed);
  }

  get available(): boolean {
    return this.#practice !== null;
  }

  view(): PracticeView {
    return this.#practice?.view() ?? OFF;
  }

  /**
   * Starting what runs already answers with it. `twinOf`: as the twin of that configured pair; refused while another
   * practice environment runs.
   */
  start(twinOf?: string): Promise<{ pairKey: string }> {
    return this.#inTurn(async () => {
      const practice = this.#required();
      const twin = twinOf === undefined ? undefined : this.#twin(twinOf);
      if (this.#environment && twin && practice.view().twinOf !== twin.of)
        throw new CommandError('refused', message('error.practiceRuns'));
      if (!this.#environment) {
        const environment = await practice.start(twin);
        this.#environment = environment;
        await this.#fleet.add(environment);
      }
      const [pair] = this.#environment.pairs;
      return { pairKey: pairKey(this.#environment.id, pair?.id ?? '') };
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const environment = this.#environment;
      this.#environment = undefined;
      // Unwatched first: what is stopped on purpose is no failure.
      if (environment) await this.#fleet.remove(environment.id);
      await this.#practice?.stop();
    });
  }

  fault(instance: string, fault: PracticeFault): Promise<void> {
    return this.#required().fault(instance, fault);
  }

  /** What a configured pair is like: its policy is what is in force, where that is known, else what is configured. */
  #twin(key: string): PracticeTwin {
    const { environment, pair } = this.#fleet.configured(key);
    if (environment.kind === 'practice') throw new CommandError('refused', message('error.practiceTwin'));
    return practiceTwin(environment, pair, this.#fleet.pairView(key)?.policy?.settings ?? null);
  }

  #required(): Practice {
    if (!this.#practice) throw new CommandError('unavailable', message('error.practiceUnavailable'));
    return this.#practice;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(change);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
