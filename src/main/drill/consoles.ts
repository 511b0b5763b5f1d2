import {
  type ConsoleListeners,
  type DrillConsole,
  type LastWords,
  openLocalConsole,
  type ProcessConsole,
  type SeenNotice,
  startProcessConsole,
} from '#main/drill-consoles';
import type { PairEvent, PairMonitorOptions } from '#main/pairs';
import type { PairView } from '#shared/contract';
import type { StepName } from '#shared/domain';
import type { DrillDeps } from './deps.ts';
import { PortRelay } from './port-relay.ts';

/** How each console reaches the instances: ways of its own, that can be cut off. */
type Ways = ReadonlyMap<string, PortRelay>;

/** What the consoles watch. */
export type Watched = Pick<PairMonitorOptions, 'environment' | 'pair'>;

/** The pair's consoles: one within this process, or several that are processes of their own. */
export class Consoles {
  /** Of all consoles, as they came. */
  readonly notices: SeenNotice[] = [];
  readonly events: PairEvent[] = [];
  readonly #watched: Watched;
  readonly #deps: DrillDeps;
  /** Null: one within this process. */
  readonly #processes: number | null;
  readonly #canBeCutOff: boolean;
  #all: DrillConsole[] = [];
  #made = 0;
  #armed: ProcessConsole | undefined;
  readonly #ways = new Map<DrillConsole, Ways>();

  /** `canBeCutOff`: each reaches the instances by ways of its own. */
  constructor(
    watched: Watched,
    { processes, canBeCutOff }: { processes: number | null; canBeCutOff: boolean },
    deps: DrillDeps,
  ) {
    this.#watched = watched;
    this.#processes = processes;
    this.#canBeCutOff = canBeCutOff;
    this.#deps = deps;
  }

  /** Starts as many as there are to be and are not there. */
  async start(): Promise<void> {
    while (this.#all.length < (this.#processes ?? 1)) this.#all = [...this.#all, await this.#open()];
  }

  /** The one that holds the pair's lock; where none does at the moment, the one that was started first. Rejects without any. */
  async lead(): Promise<DrillConsole> {
    const views = await this.views();
    const found = views.find(({ view }) => view.lock.holder === 'this') ?? views[0];
    if (!found) throw new Error('no console is left');
    return found.console;
  }

  /** What each that lives shows. */
  async views(): Promise<{ console: DrillConsole; view: PairView }[]> {
    const shown = await Promise.all(
      this.#all.map(async (console) => ({ console, view: await console.view().catch(() => undefined) })),
    );
    return shown.flatMap(({ console, view }) => (view ? [{ console, view }] : []));
  }

  /** Has the one that holds the lock kill itself at a step of its next switchover. */
  async killLeadAt(step: StepName, delayMs: number): Promise<void> {
    const lead = await this.lead();
    if (!('killAt' in lead)) throw new Error('only a console that is a process of its own can be killed');
    const armed = lead as ProcessConsole;
    await armed.killAt(step, delayMs);
    this.#armed = armed;
    void armed.gone.then(() => {
      this.#all = this.#all.filter((one) => one !== armed);
    });
  }

  /** What the console that was told to kill itself said of it; undefined: it has not done so. */
  async killed(): Promise<{ console: string; words: LastWords } | undefined> {
    const armed = this.#armed;
    if (!armed || this.#all.includes(armed)) return undefined;
    const words = await armed.gone;
    return words ? { console: armed.name, words } : undefined;
  }

  /** What that console sends to the instance, and what comes back, is lost from now on. */
  cutOff(one: DrillConsole, instance: string): void {
    this.#ways.get(one)?.get(instance)?.silence();
  }

  async join(one: DrillConsole, instance: string): Promise<void> {
    await this.#ways.get(one)?.get(instance)?.pass();
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.close()));
    const relays = [...this.#ways.values()].flatMap((ways) => [...ways.values()]);
    await Promise.all(relays.map((relay) => relay.close()));
  }

  async #open(): Promise<DrillConsole> {
    const listeners: ConsoleListeners = {
      notice: (seen) => this.notices.push(seen),
      event: (event) => this.events.push(event),
    };
    const { clock, random, log, consoleEntry } = this.#deps;
    const ways = await this.#openWays();
    const options = { ...watchedBy(this.#watched, ways), consoleName: `console-${++this.#made}` };
    const opened =
      this.#processes === null
        ? openLocalConsole({ ...options, consoleName: 'drill' }, { clock, random, log }, listeners)
        : await startProcessConsole(consoleEntry, options, { clock }, listeners);
    this.#ways.set(opened, ways);
    return opened;
  }

  async #openWays(): Promise<Ways> {
    if (!this.#canBeCutOff) return new Map();
    const ways = this.#watched.pair.instances.map(async ({ name, host, t2Port, f2Port }) => {
      const relay = await PortRelay.open(host);
      relay.leadTo({ t2Port, f2Port });
      return [name, relay] as const;
    });
    return new Map(await Promise.all(ways));
  }
}

/** The same pair, by a console's own ways where it has any. */
function watchedBy({ environment, pair }: Watched, ways: Ways): Watched {
  const [a, b] = pair.instances;
  const by = (instance: typeof a) => ({ ...instance, ...ways.get(instance.name)?.ports });
  const own = { ...pair, instances: [by(a), by(b)] as [typeof a, typeof b] };
  return { environment: { ...environment, pairs: [own] }, pair: own };
}
