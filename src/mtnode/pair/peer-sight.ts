import type { Clock } from '#core/clock';
import type { DataPlane } from '#mtnode/data';
import type { PeerSightReply } from '#shared/protocol';
import type { Peers } from './peers.ts';

/** By what an instance was heard of its peer, over f2. */
export type HeardBy = PeerSightReply['heard_by'];

interface Heard {
  instance: string;
  incarnation: string;
  by: HeardBy;
  atMs: number;
  /** When it last answered a question of this instance's: then it can be reached, too. */
  answeredAtMs: number | undefined;
  /** When it last said that it serves, and has not said otherwise since; undefined: it has not. */
  servingAtMs: number | undefined;
}

/**
 * When this instance last heard the other one of its pair, which a console that cannot reach that one may want to know.
 * Datagrams alone count: redo that is read from the mount may have been written by a process that is dead by now.
 */
export class PeerSight {
  readonly #clock: Clock;
  readonly #peers: Peers;
  readonly #data: DataPlane | undefined;
  #heard: Heard | undefined;

  constructor(clock: Clock, peers: Peers, data: DataPlane | undefined) {
    this.#clock = clock;
    this.#peers = peers;
    this.#data = data;
  }

  /**
   * A datagram of the other instance has come. Anybody can send a datagram: it counts where it names the incarnation that
   * is registered, or was last. `serves`: what it said of that; absent: nothing.
   */
  hear(instance: string, incarnation: string, by: HeardBy, said: { isAnswer?: boolean; serves?: boolean } = {}): void {
    if (this.#peers.get(instance)?.registration.incarnation !== incarnation) return;
    const before = this.#heard?.incarnation === incarnation ? this.#heard : undefined;
    const atMs = this.#clock.monotonicMs();
    const saidServes = said.serves ? atMs : undefined;
    this.#heard = {
      ...{ instance, incarnation, by, atMs },
      answeredAtMs: said.isAnswer ? atMs : before?.answeredAtMs,
      servingAtMs: said.serves === undefined ? before?.servingAtMs : saidServes,
    };
  }

  /** For 1403040: ages in milliseconds, since clocks differ; null: nothing was heard yet. */
  told(): PeerSightReply | null {
    const heard = this.#heard;
    if (heard === undefined) return null;
    const nowMs = this.#clock.monotonicMs();
    const ageMs = (atMs: number | null | undefined) =>
      atMs === null || atMs === undefined ? null : Math.max(0, Math.round(nowMs - atMs));
    const mount = this.#data?.mountSight() ?? null;
    return {
      instance: heard.instance,
      incarnation: heard.incarnation,
      heard_ms: ageMs(heard.atMs) ?? 0,
      heard_by: heard.by,
      answered_ms: ageMs(heard.answeredAtMs),
      serving_ms: ageMs(heard.servingAtMs),
      mount: mount && { marker_ms: ageMs(mount.markerAtMs), redo_ms: ageMs(mount.redoAtMs) },
    };
  }
}
