import type { SimProcess } from './process.ts';
import type { SeededRandom } from './random.ts';
import type { Timeline } from './timeline.ts';

export type LinkKind = 't2' | 'f2' | 'zk';

/** What comes in on a channel's end. */
export interface ChannelEnd<T> {
  opened?(): void;
  message(value: T): void;
  /** `null`: the other side closed; else the system's error. */
  ended(code: string | null): void;
}

/** One side of a connection: a stream that keeps its order, as TCP does. */
export interface Channel<T> {
  send(value: T): void;
  close(): void;
}

interface Datagrams {
  loss: number;
  doubled: number;
  delayMs: number;
}

interface Side<T> {
  owner: SimProcess;
  party: string;
  end: ChannelEnd<T> | undefined;
  isOpen: boolean;
  /** Nothing arrives before what was sent before it. */
  lastAtMs: number;
  /** What waits for a partition to end, in order; undefined: nothing ever did. */
  held: (() => void)[] | undefined;
}

interface Listener {
  process: SimProcess;
  accept: (channel: Channel<never>) => ChannelEnd<never>;
}

interface Connection {
  kind: LinkKind;
  sides: [Side<unknown>, Side<unknown>];
  /** The host of a side is without power: nothing is said, and after its return it knows nothing of the connection. */
  isGhost: boolean;
}

const IN_ORDER: Datagrams = { loss: 0, doubled: 0, delayMs: 0 };
const BASE_LATENCY_MS = 0.2;
const JITTER_MS = 0.6;

/**
 * The network: parties by name, streams that hold back what a partition blocks and deliver it late, and datagrams that
 * are lost, doubled, late and out of order. Every direction of every kind between two parties can fail by itself.
 */
export class SimNetwork {
  /** `from>to:kind`: nothing gets through. */
  readonly #blocked = new Set<string>();
  /** `party:kind`: whoever connects is refused, though something listens (a firewall that rejects). */
  readonly #refusing = new Set<string>();
  /** Parties whose host has no power. */
  readonly #off = new Set<string>();
  readonly #extraMs = new Map<string, number>();
  readonly #disorder = new Map<string, Datagrams>();
  readonly #losing = new Map<string, number>();
  readonly #listeners = new Map<string, Listener>();
  readonly #sockets = new Map<string, { process: SimProcess; receive: (value: Uint8Array, from: string) => void }>();
  readonly #connections = new Set<Connection>();
  /** When something last happened to a way between two parties, or to all ways of one. */
  readonly #troubledMs = new Map<string, number>();
  #healedMs = 0;
  readonly #timeline: Timeline;
  readonly #random: SeededRandom;

  constructor(timeline: Timeline, random: SeededRandom) {
    this.#timeline = timeline;
    this.#random = random;
  }

  /** Since when everything has got through between two parties, both ways, at once; undefined: it does not now. */
  wholeSinceMs(one: string, other: string, kind: LinkKind): number | undefined {
    const ways = [`${one}>${other}`, `${other}>${one}`];
    const isTroubled =
      ways.some((way) => this.#blocked.has(`${way}:${kind}`) || this.#extraMs.has(`${way}:${kind}`)) ||
      (kind === 'f2' && ways.some((way) => this.#isDisordered(way))) ||
      [one, other].some((party) => this.#refusing.has(`${party}:${kind}`) || this.#off.has(party));
    if (isTroubled) return undefined;
    const keys = [...ways.map((way) => `${way}:${kind}`), `${one}:${kind}`, `${other}:${kind}`, one, other];
    return Math.max(this.#healedMs, ...keys.map((key) => this.#troubledMs.get(key) ?? 0));
  }

  #isDisordered(way: string): boolean {
    const { loss, doubled, delayMs } = this.#disorder.get(way) ?? IN_ORDER;
    return loss > 0 || doubled > 0 || delayMs > 0;
  }

  /** `lateMs`: what is on its way arrives so much later. */
  #noteTrouble(where: string, lateMs = 0): void {
    this.#troubledMs.set(where, this.#timeline.nowMs + lateMs);
  }

  block(from: string, to: string, kind: LinkKind): void {
    this.#blocked.add(`${from}>${to}:${kind}`);
  }

  unblock(from: string, to: string, kind: LinkKind): void {
    this.#blocked.delete(`${from}>${to}:${kind}`);
    this.#noteTrouble(`${from}>${to}:${kind}`);
    this.#flush();
  }

  /** A firewall that rejects: what is connected is reset. */
  refuse(party: string, kind: LinkKind): void {
    this.#refusing.add(`${party}:${kind}`);
    this.cut((one) => one.kind === kind && one.sides[1].party === party, 'ECONNRESET');
  }

  admit(party: string, kind: LinkKind): void {
    this.#refusing.delete(`${party}:${kind}`);
    this.#noteTrouble(`${party}:${kind}`);
  }

  /** Everything from one to the other takes this much longer; 0: no more. */
  delay(from: string, to: string, kind: LinkKind, ms: number): void {
    this.#noteTrouble(`${from}>${to}:${kind}`, this.#extraMs.get(`${from}>${to}:${kind}`));
    if (ms === 0) this.#extraMs.delete(`${from}>${to}:${kind}`);
    else this.#extraMs.set(`${from}>${to}:${kind}`, ms);
  }

  /** What becomes of datagrams from one to the other, beside what was said of them before. */
  disorder(from: string, to: string, change: Partial<Datagrams>): void {
    const link = `${from}>${to}`;
    this.#noteTrouble(`${link}:f2`);
    this.#disorder.set(link, { ...(this.#disorder.get(link) ?? IN_ORDER), ...change });
  }

  /** So many of the next answers of a party that listens are lost, each with its connection; 0: no more. */
  loseAnswers(party: string, kind: LinkKind, count: number): void {
    this.#losing.set(`${party}:${kind}`, count);
  }

  powerOff(party: string): void {
    this.#off.add(party);
    for (const one of this.#connections) if (one.sides.some((side) => side.party === party)) one.isGhost = true;
  }

  powerOn(party: string): void {
    this.#off.delete(party);
    this.#noteTrouble(party);
  }

  /** All is well again. */
  heal(): void {
    this.#blocked.clear();
    this.#refusing.clear();
    this.#extraMs.clear();
    this.#disorder.clear();
    this.#losing.clear();
    this.#healedMs = this.#timeline.nowMs;
    this.#flush();
  }

  listen<T>(party: string, port: number, process: SimProcess, accept: (channel: Channel<T>) => ChannelEnd<T>): void {
    this.#listeners.set(`${party}:${port}`, { process, accept: accept as unknown as Listener['accept'] });
  }

  unlisten(party: string, port: number, process: SimProcess): void {
    if (this.#listeners.get(`${party}:${port}`)?.process === process) this.#listeners.delete(`${party}:${port}`);
  }

  /** Connects; the end hears `opened`, or `ended` with the system's error, or nothing at all. */
  connect<T>(
    process: SimProcess,
    from: string,
    to: string,
    port: number,
    kind: LinkKind,
    end: ChannelEnd<T>,
  ): Channel<T> {
    const make = (owner: SimProcess, party: string, own: ChannelEnd<unknown> | undefined): Side<unknown> => ({
      owner,
      party,
      end: own,
      isOpen: true,
      lastAtMs: 0,
      held: undefined,
    });
    const near = make(process, from, end as ChannelEnd<unknown>);
    const far = make(process, to, undefined);
    const connection: Connection = { kind, sides: [near, far], isGhost: false };
    this.#connections.add(connection);
    this.#carry(connection, near, far, () => this.#arrive(connection, near, far, port));
    return this.#channelOf(connection, near, far) as unknown as Channel<T>;
  }

  /** Ends connections from within: both sides see it as far as it reaches them. */
  cut(which: (connection: Connection) => boolean, code: string | null): void {
    for (const one of [...this.#connections]) {
      if (!which(one)) continue;
      this.#noteTrouble(`${one.sides[0].party}>${one.sides[1].party}:${one.kind}`);
      for (const side of one.sides) if (side.isOpen) this.#end(one, side, code);
      this.#connections.delete(one);
    }
  }

  /** The process has ended: its system closes its connections and ports. Without power nobody says anything. */
  processEnded(process: SimProcess, isSilent: boolean): void {
    for (const [address, listener] of this.#listeners)
      if (listener.process === process) this.#listeners.delete(address);
    for (const [address, socket] of this.#sockets) if (socket.process === process) this.#sockets.delete(address);
    for (const one of [...this.#connections]) {
      const [near, far] = one.sides;
      const own = near.owner === process ? near : far.owner === process ? far : undefined;
      if (own === undefined) continue;
      const other = own === near ? far : near;
      own.isOpen = false;
      if (isSilent) one.isGhost = true;
      else this.#carry(one, own, other, () => this.#finish(one, other, null));
    }
  }

  bind(party: string, port: number, process: SimProcess, receive: (value: Uint8Array, from: string) => void): void {
    this.#sockets.set(`${party}:${port}`, { process, receive });
  }

  unbind(party: string, port: number, process: SimProcess): void {
    if (this.#sockets.get(`${party}:${port}`)?.process === process) this.#sockets.delete(`${party}:${port}`);
  }

  datagram(process: SimProcess, from: string, fromPort: number, to: string, toPort: number, bytes: Uint8Array): void {
    if (this.#isBlocked(from, to, 'f2') || this.#refusing.has(`${to}:f2`)) return;
    const trouble = this.#disorder.get(`${from}>${to}`);
    if (trouble && this.#random.chance(trouble.loss)) return;
    const copies = trouble && this.#random.chance(trouble.doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const late = trouble ? this.#random.next() * trouble.delayMs : 0;
      const at = this.#timeline.nowMs + this.#latencyMs(process, from, to, 'f2') + late;
      this.#timeline.at(at, () => {
        const socket = this.#sockets.get(`${to}:${toPort}`);
        if (socket === undefined || this.#off.has(to)) return;
        socket.process.take(() => socket.receive(bytes, `${from}:${fromPort}`));
      });
    }
  }

  #channelOf(connection: Connection, own: Side<unknown>, other: Side<unknown>): Channel<unknown> {
    return {
      send: (value) => {
        if (!own.isOpen || own.owner.isDead) return;
        if (this.#losing.size > 0 && this.#isLost(connection, own)) return;
        this.#carry(connection, own, other, () => this.#deliver(connection, own, other, value));
      },
      close: () => {
        if (!own.isOpen) return;
        own.isOpen = false;
        this.#carry(connection, own, other, () => this.#finish(connection, other, null));
      },
    };
  }

  #deliver(connection: Connection, own: Side<unknown>, other: Side<unknown>, value: unknown): void {
    if (!other.isOpen) {
      if (!connection.isGhost && own.isOpen) this.#finish(connection, own, 'ECONNRESET');
    } else if (other.owner.runs) other.end?.message(value);
    else other.owner.take(() => other.isOpen && other.end?.message(value));
  }

  /** An answer that goes down with its connection, once what was asked for has been done. */
  #isLost(connection: Connection, own: Side<unknown>): boolean {
    const key = `${own.party}:${connection.kind}`;
    const left = own === connection.sides[1] ? (this.#losing.get(key) ?? 0) : 0;
    if (left === 0) return false;
    this.#losing.set(key, left - 1);
    this.cut((one) => one === connection, 'ECONNRESET');
    return true;
  }

  /** The request to connect has reached the host. */
  #arrive(connection: Connection, near: Side<unknown>, far: Side<unknown>, port: number): void {
    if (this.#off.has(far.party) || !near.isOpen) return;
    const listener = this.#listeners.get(`${far.party}:${port}`);
    if (listener === undefined || this.#refusing.has(`${far.party}:${connection.kind}`)) {
      this.#carry(connection, far, near, () => this.#finish(connection, near, 'ECONNREFUSED'));
      return;
    }
    // The system takes the connection, whatever its process does.
    far.owner = listener.process;
    listener.process.take(() => {
      far.end = listener.accept(this.#channelOf(connection, far, near) as never) as ChannelEnd<unknown>;
    });
    this.#carry(connection, far, near, () => near.isOpen && near.owner.take(() => near.isOpen && near.end?.opened?.()));
  }

  #end(connection: Connection, side: Side<unknown>, code: string | null): void {
    this.#timeline.at(this.#timeline.nowMs, () => this.#finish(connection, side, code));
  }

  #finish(connection: Connection, side: Side<unknown>, code: string | null): void {
    if (!side.isOpen) {
      this.#connections.delete(connection);
      return;
    }
    side.owner.take(() => {
      if (!side.isOpen) return;
      side.isOpen = false;
      this.#connections.delete(connection);
      side.end?.ended(code);
    });
  }

  /** Takes something over, in order; what is blocked waits, as what TCP sends again. */
  #carry(connection: Connection, from: Side<unknown>, to: Side<unknown>, arrive: () => void): void {
    if (connection.isGhost) {
      // A host that has come back answers what it does not know with a reset.
      if (
        !this.#off.has(to.party) &&
        !this.#off.has(from.party) &&
        !this.#isBlocked(from.party, to.party, connection.kind)
      )
        this.#end(connection, from, 'ECONNRESET');
      return;
    }
    if (this.#isBlocked(from.party, to.party, connection.kind))
      hold(from, () => this.#depart(connection, from, to, arrive));
    else this.#depart(connection, from, to, arrive);
  }

  #depart(connection: Connection, from: Side<unknown>, to: Side<unknown>, arrive: () => void): void {
    if (connection.isGhost) return;
    const dueMs = this.#timeline.nowMs + this.#latencyMs(from.owner, from.party, to.party, connection.kind);
    from.lastAtMs = Math.max(from.lastAtMs, dueMs);
    this.#timeline.at(from.lastAtMs, () => {
      if (connection.isGhost) return;
      // On its way when the partition came: it is sent again after it.
      if (this.#isBlocked(from.party, to.party, connection.kind)) hold(from, arrive);
      else arrive();
    });
  }

  #flush(): void {
    for (const { kind, sides } of this.#connections) {
      const [near, far] = sides;
      if (!this.#isBlocked(near.party, far.party, kind)) release(near);
      if (!this.#isBlocked(far.party, near.party, kind)) release(far);
    }
  }

  #isBlocked(from: string, to: string, kind: LinkKind): boolean {
    return this.#blocked.size > 0 && this.#blocked.has(`${from}>${to}:${kind}`);
  }

  #latencyMs(process: SimProcess, from: string, to: string, kind: LinkKind): number {
    const extra = this.#extraMs.size > 0 ? (this.#extraMs.get(`${from}>${to}:${kind}`) ?? 0) : 0;
    return BASE_LATENCY_MS + this.#random.next() * (JITTER_MS + extra + process.slowMs);
  }
}

function hold(side: Side<unknown>, go: () => void): void {
  side.held ??= [];
  side.held.push(go);
}

function release(side: Side<unknown>): void {
  const { held } = side;
  side.held = undefined;
  for (const go of held ?? []) go();
}
