import type { Log } from '#core/logging';
import type { ZooKeeperSession } from '#core/zookeeper';
import { type PairPaths, parseRecord, type Registration, registrationSchema } from '#shared/domain';

/** More instances of one node than any site has; further ones are not watched. */
const MAX_OTHERS = 8;

/** Another instance of the node, as ZooKeeper showed it last. */
export interface Peer {
  registration: Registration;
  /** False: it was registered, and is not any more. */
  registered: boolean;
}

/** The other instances of the node (F2), followed through their registrations. The last word of a gone one is kept. */
export class Peers {
  readonly #zookeeper: ZooKeeperSession;
  readonly #paths: PairPaths;
  readonly #self: string;
  readonly #log: Log;
  readonly #peers = new Map<string, Peer>();
  readonly #watched = new Map<string, () => void>();
  #onChange: () => void = () => {};

  constructor(zookeeper: ZooKeeperSession, paths: PairPaths, self: string, log: Log) {
    this.#zookeeper = zookeeper;
    this.#paths = paths;
    this.#self = self;
    this.#log = log;
  }

  get(instance: string): Peer | undefined {
    return this.#peers.get(instance);
  }

  /** Every instance known, registered now or not. */
  all(): Peer[] {
    return [...this.#peers.values()];
  }

  registered(): Registration[] {
    return this.all()
      .filter((peer) => peer.registered)
      .map((peer) => peer.registration);
  }

  /** Reads everything anew. Throws ZooKeeperError. */
  async read(): Promise<void> {
    const names = (await this.#zookeeper.children(this.#paths.instances)).filter((name) => name !== this.#self);
    const found = await Promise.all(
      names.slice(0, MAX_OTHERS).map(async (name) => ({
        name,
        value: await this.#zookeeper.get(this.#paths.instance(name)),
      })),
    );
    for (const { name, value } of found) this.#learn(name, value?.data);
    for (const name of this.#peers.keys()) if (!names.includes(name)) this.#learn(name, undefined);
  }

  /** Follows every change from now on; returns how to stop. */
  watch(onChange: () => void): () => void {
    this.#onChange = onChange;
    const stop = this.#zookeeper.watchChildren(this.#paths.instances, (names) => this.#follow(names ?? []));
    return () => {
      stop();
      for (const unwatch of this.#watched.values()) unwatch();
      this.#watched.clear();
      this.#onChange = () => {};
    };
  }

  #follow(names: readonly string[]): void {
    for (const [name, unwatch] of this.#watched) {
      if (names.includes(name)) continue;
      // Its place is another's now: names that came and went must not keep a true one from being seen.
      unwatch();
      this.#watched.delete(name);
      this.#learn(name, undefined);
      this.#onChange();
    }
    for (const name of names) {
      if (name === this.#self || this.#watched.has(name) || this.#watched.size >= MAX_OTHERS) continue;
      this.#watched.set(
        name,
        this.#zookeeper.watchNode(this.#paths.instance(name), (value) => {
          this.#learn(name, value?.data);
          this.#onChange();
        }),
      );
    }
  }

  #learn(name: string, data: Buffer | undefined): void {
    const known = this.#peers.get(name);
    if (data === undefined) {
      if (known) this.#peers.set(name, { ...known, registered: false });
      return;
    }
    try {
      const registration = parseRecord(registrationSchema, this.#paths.instance(name), data);
      if (registration.instance !== name) throw new Error(`it names ${registration.instance}`);
      this.#peers.set(name, { registration, registered: true });
    } catch (error) {
      this.#log.warn('a registration cannot be read', { instance: name, error });
    }
  }
}
