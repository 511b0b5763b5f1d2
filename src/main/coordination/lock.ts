import { every, type Timer } from '#core/clock';
import { ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import type { CoordinationDeps, LockView } from './port.ts';
import { inOrder, nameInQueue, readTicket, type Ticket, ticketBytes } from './queue.ts';
import type { SharedClock } from './shared-clock.ts';

const RETRY_MS = 300;
/** How often the queue is looked at where something may change that no watch tells of. */
const LOOK_EVERY_MS = 5_000;
/** And where everything is told of, in case somebody has put a node into the queue by hand. */
const LOOK_ANYWAY_MS = 60_000;

interface OwnNode {
  path: string;
  name: string;
  token: string;
  generation: number;
  /** What it says of this console, as far as is known; undefined: not known. */
  told: boolean | undefined;
}

/** The console lock of one pair. */
export interface ConsoleLock {
  view(): LockView;
  /** True while leading, connected, and the lease of the very session that leads lives. */
  held(): boolean;
  token(): string | null;
  /** Path of the own election node, for the `check` of a multi; null without one in the present session. */
  ownPath(): string | null;
  confirm(): Promise<boolean>;
  /**
   * Says in the own election node whether this console could act. While it could not and leads, the view names who else
   * could.
   */
  tell(unable: boolean): void;
  /** Leads no more, from this moment on, and queues behind everybody else. */
  yield(): void;
  stop(): Promise<void>;
}

/**
 * Election by the usual recipe: a GUID-named ephemeral sequential node, the lowest suffix leads, each watches only the
 * next lower one. Suspended or expired means not leading at once; after a create of unknown outcome the own GUID is
 * looked for before another node is made. Its own node tells `time` what ZooKeeper's clock says.
 */
export function createConsoleLock(
  deps: CoordinationDeps,
  consolesPath: string,
  consoleName: string,
  time: SharedClock,
  changed: () => void,
): ConsoleLock {
  return new Election(deps, consolesPath, consoleName, time, changed);
}

class Election implements ConsoleLock {
  readonly #deps: CoordinationDeps;
  readonly #session: ZooKeeperSession;
  readonly #consolesPath: string;
  readonly #name: string;
  readonly #changed: () => void;
  readonly #time: SharedClock;
  readonly #stopListening: () => void;
  readonly #looks: Timer;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Every change of the view comes with a watch: who leads watches its own node, and who is next the leader's. */
  #isTold = false;
  #guid = { text: '', generation: 0 };
  #own: OwnNode | undefined;
  /** The place that was given up, until its node is known to be away: left where it is, it would lead for ever. */
  #leaving: OwnNode | undefined;
  #unable = false;
  #leading = false;
  #view: LockView = { holder: 'none', name: null };
  #unwatch: (() => void)[] = [];
  #watched = '';
  #running = false;
  #again = false;
  #stopped = false;
  #retry: Timer | undefined;

  constructor(
    deps: CoordinationDeps,
    consolesPath: string,
    consoleName: string,
    time: SharedClock,
    changed: () => void,
  ) {
    this.#deps = deps;
    this.#time = time;
    this.#session = deps.session;
    this.#consolesPath = consolesPath;
    this.#name = consoleName;
    this.#changed = changed;
    this.#stopListening = this.#session.onStatus((status) => {
      if (status.state === 'connected') this.#kick();
      else this.#lost();
    });
    this.#looks = every(deps.clock, LOOK_EVERY_MS, () => {
      if (this.#isLookDue()) this.#kick();
    });
    this.#kick();
  }

  view(): LockView {
    return this.#view.holder === 'this' && !this.held() ? { holder: 'none', name: null } : this.#view;
  }

  held(): boolean {
    const { state, generation } = this.#session.status();
    return this.#leading && state === 'connected' && this.#own?.generation === generation && this.#session.isLive();
  }

  token(): string | null {
    return this.held() ? (this.#own?.token ?? null) : null;
  }

  ownPath(): string | null {
    return this.#own?.generation === this.#session.status().generation ? this.#own.path : null;
  }

  async confirm(): Promise<boolean> {
    const own = this.#own;
    if (!own || !this.held()) return false;
    try {
      const stat = await this.#session.exists(own.path);
      return stat !== undefined && stat.czxid.toString() === own.token && this.held();
    } catch (error) {
      this.#deps.log('info', 'the console lock could not be confirmed', { path: own.path, reason: String(error) });
      return false;
    }
  }

  tell(unable: boolean): void {
    if (this.#unable === unable) return;
    this.#unable = unable;
    this.#kick();
  }

  yield(): void {
    if (!this.#leading || !this.#own) return;
    this.#leaving = this.#own;
    this.#own = undefined;
    // A new name too: the old one would be found again, at its old place.
    this.#guid = { text: '', generation: Number.NaN };
    this.#forgetWatches();
    this.#lost();
    this.#kick();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#looks.cancel();
    this.#retry?.cancel();
    this.#forgetWatches();
    const left = [this.#own, this.#leaving];
    this.#lost();
    for (const own of left) if (own) await this.#removeLeft(own);
  }

  async #removeLeft({ path }: OwnNode): Promise<void> {
    try {
      await this.#session.remove(path);
    } catch (error) {
      // It goes with the session in any case.
      this.#deps.log('debug', 'the console lock was left to its session', { path, reason: String(error) });
    }
  }

  #lost(): void {
    this.#leading = false;
    this.#show({ holder: 'none', name: null });
  }

  #show(view: LockView): void {
    const { holder, name, successor } = this.#view;
    if (view.holder === holder && view.name === name && view.successor === successor) return;
    this.#view = view;
    this.#changed();
  }

  #isLookDue(): boolean {
    const sinceMs = this.#deps.clock.monotonicMs() - this.#lookedMs;
    return !this.#isTold || this.#time.isDue() || sinceMs >= LOOK_ANYWAY_MS;
  }

  /** Looks at the queue again; while a look is under way, once more after it. */
  #kick(): void {
    this.#again = true;
    if (!this.#running) void this.#lookUntilDone();
  }

  async #lookUntilDone(): Promise<void> {
    this.#running = true;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      if (this.#session.status().state !== 'connected') break;
      try {
        await this.#look();
      } catch (error) {
        this.#lookFailed(error);
      }
    }
    this.#running = false;
  }

  #lookFailed(error: unknown): void {
    this.#deps.log('info', 'the console lock could not be looked at', {
      path: this.#consolesPath,
      reason: String(error),
    });
    this.#retry?.cancel();
    if (!this.#stopped) this.#retry = this.#deps.clock.setTimer(RETRY_MS, () => this.#kick());
  }

  async #look(): Promise<void> {
    const { generation } = this.#session.status();
    this.#isTold = false;
    this.#lookedMs = this.#deps.clock.monotonicMs();
    if (this.#own?.generation !== generation) this.#own = undefined;
    await this.#leave(generation);
    let names = await this.#queue();
    if (this.#own && !names.includes(this.#own.name)) this.#own = undefined;
    if (!this.#own) {
      await this.#join(names, generation);
      names = await this.#queue();
    }
    const own = this.#own;
    // Stopped or removed while joining: whatever was made goes with the session or is found by its GUID next time.
    if (this.#stopped || !own) return;
    const place = names.indexOf(own.name);
    if (place < 0) return this.#kick();
    this.#watchBelow(own, names[place - 1]);
    await this.#tellOwn(own);
    const name = await this.#nameOf(names[0] ?? own.name);
    const successor = place === 0 && this.#unable ? await this.#ableOf(names.slice(1)) : undefined;
    if (this.#own !== own) return this.#kick();
    if (this.#session.status().generation !== generation || this.#session.status().state !== 'connected') return;
    this.#leading = place === 0;
    this.#isTold = place === 0 ? !this.#unable : place === 1;
    const view: LockView = { holder: place === 0 ? 'this' : 'other', name };
    this.#show(successor === undefined ? view : { ...view, successor });
  }

  /** Removes the node of a place that was given up; it is gone with its session in any case. */
  async #leave(generation: number): Promise<void> {
    const leaving = this.#leaving;
    if (leaving?.generation === generation) {
      try {
        await this.#session.remove(leaving.path);
      } catch (error) {
        if (!(error instanceof ZooKeeperError) || error.code !== 'NO_NODE') throw error;
      }
    }
    this.#leaving = undefined;
  }

  async #tellOwn(own: OwnNode): Promise<void> {
    const { name, unable } = this.#ticket();
    // The time is looked at in the same way: by writing the own node, whose server puts it to that.
    if (own.told === unable && !this.#time.isDue()) return;
    own.told = undefined;
    const sentMonotonicMs = this.#deps.clock.monotonicMs();
    const { mtimeMs } = await this.#session.set(own.path, ticketBytes({ name, unable }));
    this.#timed(sentMonotonicMs, mtimeMs);
    own.told = unable;
  }

  #timed(sentMonotonicMs: number, serverWallMs: number, answeredMonotonicMs = this.#deps.clock.monotonicMs()): void {
    this.#time.take({ sentMonotonicMs, answeredMonotonicMs, serverWallMs });
  }

  #ticket(): Ticket {
    return { name: this.#name, unable: this.#unable };
  }

  /** The first of the queue whose console could act: its name, '?' where it says none; undefined: nobody could. */
  async #ableOf(names: readonly string[]): Promise<string | undefined> {
    for (const nodeName of names) {
      const node = await this.#session.get(`${this.#consolesPath}/${nodeName}`);
      const ticket = node && readTicket(node.data);
      if (ticket && !ticket.unable) return ticket.name ?? '?';
    }
    return undefined;
  }

  async #queue(): Promise<string[]> {
    try {
      const names = await this.#session.children(this.#consolesPath);
      return inOrder(names);
    } catch (error) {
      if (!(error instanceof ZooKeeperError) || error.code !== 'NO_NODE') throw error;
      await this.#session.ensurePath(this.#consolesPath);
      return [];
    }
  }

  async #join(names: string[], generation: number): Promise<void> {
    if (this.#guid.generation !== generation) this.#guid = { text: this.#deps.random.uuid(), generation };
    const ticket = this.#ticket();
    const found = names.find((name) => name.startsWith(`${this.#guid.text}-n_`));
    const { clock } = this.#deps;
    const sentMs = clock.monotonicMs();
    const path = found
      ? `${this.#consolesPath}/${found}`
      : await this.#session.create(
          `${this.#consolesPath}/${this.#guid.text}-n_`,
          ticketBytes(ticket),
          'ephemeral-sequential',
        );
    const answeredMs = clock.monotonicMs();
    const stat = await this.#session.exists(path);
    if (!stat) return;
    if (!found) this.#timed(sentMs, stat.ctimeMs, answeredMs);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const told = found ? undefined : ticket.unable;
    this.#own = { path, name, token: stat.czxid.toString(), generation, told };
  }

  /** The next lower node decides when to look again; the own one tells if somebody removed it. */
  #watchBelow(own: OwnNode, lower: string | undefined): void {
    const paths = [own.path, ...(lower === undefined ? [] : [`${this.#consolesPath}/${lower}`])];
    if (this.#watched === paths.join()) return;
    this.#forgetWatches();
    this.#watched = paths.join();
    this.#unwatch = paths.map((path) =>
      this.#session.watchNode(path, (value) => {
        if (value === undefined) this.#kick();
      }),
    );
  }

  #forgetWatches(): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#unwatch = [];
    this.#watched = '';
  }

  async #nameOf(nodeName: string): Promise<string | null> {
    if (nodeName === this.#own?.name) return nameInQueue(this.#name);
    const node = await this.#session.get(`${this.#consolesPath}/${nodeName}`);
    return node ? readTicket(node.data).name : null;
  }
}
