import { CommandError } from '#main/ipc';
import type { PairEvent, PairMonitor, SwitchoverNotice } from '#main/pairs';
import type { SecretKey } from '#main/secrets';
import {
  type BeatColumns,
  type CheckRunView,
  type EnvironmentView,
  type PairTile,
  type PairView,
  sameValue,
  type TotalsView,
} from '#shared/contract';
import { type Environment, type Message, message, type PairConfig, pairKey, zooKeeperAccount } from '#shared/domain';
import { type EnvironmentWatch, type SharedTools, watchEnvironment } from './environment-watch.ts';
import { withoutPassword } from './password-tile.ts';
import { totalsOf } from './totals.ts';

export interface FleetTools extends SharedTools {
  /** A pair's tile with what is known of it beside its monitor. */
  tileOf(tile: PairTile): PairTile;
}

export interface FleetListeners {
  /** Something of the fleet's picture changed; `pairKey` where it was one pair. */
  changed(pairKey: string | null): void;
  /** Beats of an instance begin to be missed. */
  suspected(pairKey: string): void;
  beats(pairKey: string, columns: BeatColumns[]): void;
  event(pairKey: string, event: PairEvent): void;
  notice(pairKey: string, node: string, notice: SwitchoverNotice): void;
  /** An environment could not be started at all. */
  failed(environment: Environment, error: unknown): void;
}

/** Every environment being watched. Changes are made one after the other; only what changed is restarted. */
export class Fleet {
  readonly #shared: FleetTools;
  readonly #listeners: FleetListeners;
  readonly #watches = new Map<string, EnvironmentWatch>();
  /** Pictures of tiles, made again only for pairs that said they changed. */
  readonly #tiles = new Map<string, PairTile>();
  #queue: Promise<void> = Promise.resolve();

  constructor(shared: FleetTools, listeners: FleetListeners) {
    this.#shared = shared;
    this.#listeners = listeners;
  }

  /** Makes the fleet's sites those given: starts, restarts and stops what differs. Practice is left alone. */
  applySites(sites: readonly Environment[]): Promise<void> {
    return this.#inTurn(async () => {
      const wanted = new Map(sites.map((site) => [site.id, site]));
      for (const [id, watch] of [...this.#watches]) {
        if (watch.environment.kind === 'practice' || sameValue(watch.environment, wanted.get(id))) continue;
        await this.#stop(id);
      }
      for (const site of sites) if (!this.#watches.has(site.id)) this.#start(site);
      this.#listeners.changed(null);
    });
  }

  add(environment: Environment): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stop(environment.id);
      this.#start(environment);
      this.#listeners.changed(null);
    });
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stop(id);
      this.#listeners.changed(null);
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...this.#watches.keys()].map((id) => this.#stop(id)));
    });
  }

  /** A password was kept or forgotten: the environment whose ZooKeeper it is for is started anew with what there is now. */
  passwordChanged(account: SecretKey): Promise<void> {
    return this.#inTurn(async () => {
      for (const { environment } of [...this.#watches.values()]) {
        if (!isZooKeepers(account, environment)) continue;
        await this.#stop(environment.id);
        this.#start(environment);
        this.#listeners.changed(null);
      }
    });
  }

  /** Every pair's console doubts itself until it has heard afresh. */
  slept(): void {
    for (const { monitors } of this.#watches.values()) for (const monitor of monitors.values()) monitor.slept();
  }

  /** The checks of a pair's servers were made; the pair may be gone by now. */
  checked(key: string, run: CheckRunView): void {
    this.#find(key)?.checked(run);
  }

  /** The pair's monitor. Throws a CommandError `not-found` for the screen. */
  monitor(key: string): PairMonitor {
    const monitor = this.#find(key);
    if (!monitor) throw new CommandError('not-found', message('error.noPair', { pair: key }));
    return monitor;
  }

  keys(): string[] {
    return [...this.#watches.values()].flatMap((watch) => [...watch.monitors.keys()]);
  }

  /** The pair's configuration. Throws as {@link monitor} does. */
  configured(key: string): { environment: Environment; pair: PairConfig } {
    const environment = this.#watches.get(key.slice(0, key.indexOf('/')))?.environment;
    const pair = environment?.pairs.find(({ id }) => pairKey(environment.id, id) === key);
    if (!environment || !pair) throw new CommandError('not-found', message('error.noPair', { pair: key }));
    return { environment, pair };
  }

  isPractice(environmentId: string): boolean {
    return this.#watches.get(environmentId)?.environment.kind === 'practice';
  }

  pairView(key: string): PairView | null {
    const found = this.#find(key)?.view();
    if (!found) return null;
    const noPassword = this.#noPassword(key);
    const view = noPassword ? { ...found, zookeeper: { ...found.zookeeper, noPassword } } : found;
    if (noPassword) return { ...view, tile: this.#shownTile(key, view.tile) };
    // What the pair itself has to say is said at length here, and the checks have their own place below.
    return view.tile.state === 'normal' ? { ...view, tile: this.#shared.tileOf(view.tile) } : view;
  }

  beats(key: string, fromMs: number): BeatColumns[] {
    return this.#find(key)?.beats(fromMs) ?? [];
  }

  tiles(): Record<string, PairTile> {
    const tiles: Record<string, PairTile> = {};
    for (const watch of this.#watches.values()) {
      for (const [key, monitor] of watch.monitors) {
        tiles[key] = this.#tile(key, monitor);
      }
    }
    return tiles;
  }

  /** Who is primary by the pair's own picture; null: nobody, or there is no such pair. */
  primary(key: string): string | null {
    const monitor = this.#find(key);
    return monitor ? this.#tile(key, monitor).primary : null;
  }

  #tile(key: string, monitor: PairMonitor): PairTile {
    const tile = this.#tiles.get(key) ?? this.#shownTile(key, monitor.tile());
    this.#tiles.set(key, tile);
    return tile;
  }

  #shownTile(key: string, tile: PairTile): PairTile {
    const noPassword = this.#noPassword(key);
    return noPassword ? withoutPassword(tile, noPassword) : this.#shared.tileOf(tile);
  }

  #noPassword(key: string): Message | undefined {
    return this.#watches.get(key.slice(0, key.indexOf('/')))?.noPassword();
  }

  /** What the tile has beside its monitor is another thing now. */
  redraw(key: string): void {
    this.#tiles.delete(key);
    this.#listeners.changed(key);
  }

  environments(sitesReadOnly: boolean): Record<string, EnvironmentView> {
    return Object.fromEntries(
      [...this.#watches].map(([id, watch]) => [id, watch.view(watch.environment.kind === 'practice' || sitesReadOnly)]),
    );
  }

  totals(): TotalsView {
    return totalsOf(Object.values(this.tiles()));
  }

  #find(key: string): PairMonitor | undefined {
    return this.#watches.get(key.slice(0, key.indexOf('/')))?.monitors.get(key);
  }

  #start(environment: Environment): void {
    try {
      this.#watches.set(
        environment.id,
        watchEnvironment(environment, this.#shared, {
          zookeeperChanged: () => this.#listeners.changed(null),
          passwordMissing: () => {
            for (const { id } of environment.pairs) this.redraw(pairKey(environment.id, id));
            this.#listeners.changed(null);
          },
          ofPair: (key) => this.#pairListeners(key, environment),
        }),
      );
    } catch (error) {
      // One impossible environment must not keep the others from being watched.
      this.#shared.log.error('an environment could not be started', { environment: environment.id, error });
      this.#listeners.failed(environment, error);
    }
  }

  #pairListeners(key: string, environment: Environment) {
    const node = environment.pairs.find(({ id }) => key.endsWith(`/${id}`))?.node ?? key;
    return {
      changed: () => {
        this.#tiles.delete(key);
        this.#listeners.changed(key);
      },
      suspected: () => this.#listeners.suspected(key),
      beats: (columns: BeatColumns[]) => this.#listeners.beats(key, columns),
      event: (event: PairEvent) => this.#listeners.event(key, event),
      notice: (notice: SwitchoverNotice) => this.#listeners.notice(key, node, notice),
    };
  }

  async #stop(id: string): Promise<void> {
    const watch = this.#watches.get(id);
    if (!watch) return;
    this.#watches.delete(id);
    for (const key of watch.monitors.keys()) this.#tiles.delete(key);
    await watch.stop();
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(change);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** Whether the account is the one that the environment's session logs in with: a variable that is set comes before it. */
function isZooKeepers({ host, user }: SecretKey, { id, zookeeper: { digest } }: Environment): boolean {
  if (!digest || (digest.passwordEnv !== undefined && process.env[digest.passwordEnv])) return false;
  return sameValue({ host, user }, zooKeeperAccount(id, digest.user));
}
