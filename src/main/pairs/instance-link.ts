import type { Clock, Timer } from '#core/clock';
import { type InfoFact, peerFact } from '#main/failover';
import { type BeatHandle, type BeatSample, type HeartbeatLoop, heartbeatBody } from '#main/heartbeat';
import {
  type ConnectorWaits,
  createPracticeSession,
  type NodeConnector,
  type NodeConnectorFactory,
  type PracticeSession,
  systemInfoOf,
} from '#main/nodes';
import { FUNCTIONS, type InstanceConfig } from '#shared/domain';

/** While all is well and somebody looks at the figures; and always, of an instance that keeps no data. */
const INFO_PERIOD_MS = 2_000;
/** While nobody looks; and never so seldom that what was said would be old when the next answer comes. */
const UNSEEN_PERIOD_MS = 3_000;
const OF_EVIDENCE_AGE = 0.6;
/** While the pair does not run, for beats and questions: that an instance comes back is heard from ZooKeeper, at once. */
const STOPPED_PERIOD_MS = 5_000;
/** Where something is not well: decisions rest on what is said then. */
const CLOSE_PERIOD_MS = 1_000;

export interface InstanceLinkOptions {
  instance: InstanceConfig;
  practice: boolean;
  beatIntervalMs: number;
  /** Asked for at every beat: it is ZooKeeper's policy that rules, and it may change. */
  beatTimeoutMs: () => number;
  /** The same of one question to the instance. */
  questionMs: () => number;
  /** The same of how old what it says may get. */
  evidenceMaxAgeMs: () => number;
  /** The same of its connection. */
  connectorWaits: () => ConnectorWaits;
  /** Asked for before every wait: whether all is well with the pair. */
  isWell: () => boolean;
  /** The same: whether the pair does not run. */
  isStopped: () => boolean;
  /** The same: whether somebody has the pair's figures before him. */
  isLookedAt: () => boolean;
  consoleName: string;
}

export interface InstanceLinkDeps {
  clock: Clock;
  heartbeat: HeartbeatLoop;
  connect: NodeConnectorFactory;
}

export interface InstanceLinkListeners {
  sample(sample: BeatSample): void;
  info(info: InfoFact): void;
}

/** Everything that goes over the wire to one instance: beats, questions, calls. */
export class InstanceLink {
  readonly connector: NodeConnector;
  readonly #options: InstanceLinkOptions;
  readonly #clock: Clock;
  readonly #listeners: InstanceLinkListeners;
  readonly #session: PracticeSession | undefined;
  readonly #beats: BeatHandle;
  readonly #stopListening: () => void;
  #infoTimer: Timer | undefined;
  #asking = false;
  /** By its last answer. */
  #keepsData = false;
  #stopped = false;

  constructor(options: InstanceLinkOptions, deps: InstanceLinkDeps, listeners: InstanceLinkListeners) {
    this.#options = options;
    this.#clock = deps.clock;
    this.#listeners = listeners;
    const { host, t2Port, f2Port, name, credential } = options.instance;
    this.connector = deps.connect({ host, t2Port, f2Port }, options.connectorWaits);
    if (options.practice)
      this.#session = createPracticeSession({
        connector: this.connector,
        clock: deps.clock,
        system: credential?.system ?? 'O3',
        user: options.consoleName.slice(0, 64) || 'console',
        configured: credential,
      });
    this.#beats = deps.heartbeat.add(
      {
        instance: name,
        connector: this.connector,
        credential: () => this.#credential(),
        get intervalMs() {
          return Math.max(options.beatIntervalMs, options.isStopped() ? STOPPED_PERIOD_MS : 0);
        },
        get timeoutMs() {
          return options.beatTimeoutMs();
        },
      },
      (sample) => this.#heard(sample),
    );
    this.#stopListening = this.connector.onConnection((event) => {
      if (event.kind === 'opened') void this.#ask();
    });
    this.#askLater(0);
  }

  /** What a client's beat would carry. */
  beatBody(): Record<string, unknown> {
    return heartbeatBody(this.#credential());
  }

  beatNow(): void {
    this.#beats.beatNow();
  }

  /** All was well, and something is not: what is asked for once in a while is asked for now. */
  askNow(): void {
    if (this.#stopped) return;
    this.#infoTimer?.cancel();
    this.#askLater(CLOSE_PERIOD_MS);
    void this.#ask();
  }

  /** The pair did not run, and one of its instances has come back: from now on it is listened to as ever. */
  listenAgain(): void {
    if (this.#stopped) return;
    this.#beats.restart();
    this.#infoTimer?.cancel();
    this.#askLater(CLOSE_PERIOD_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#infoTimer?.cancel();
    this.#stopListening();
    this.#beats.remove();
    this.connector.close();
  }

  #credential() {
    return this.#session ? this.#session.credential() : this.#options.instance.credential;
  }

  #heard(sample: BeatSample): void {
    if (this.#stopped) return;
    this.#listeners.sample(sample);
    void this.#session?.heard(sample).then((fresh) => {
      if (fresh && !this.#stopped) this.beatNow();
    });
  }

  #askLater(delayMs: number): void {
    this.#infoTimer = this.#clock.setTimer(delayMs, () => {
      this.#askLater(this.#periodMs());
      void this.#ask();
    });
  }

  #periodMs(): number {
    if (this.#options.isStopped()) return STOPPED_PERIOD_MS;
    if (!this.#keepsData) return Math.max(INFO_PERIOD_MS, 2 * this.#options.beatIntervalMs);
    if (!this.#options.isWell()) return CLOSE_PERIOD_MS;
    const longestMs = this.#options.isLookedAt() ? INFO_PERIOD_MS : UNSEEN_PERIOD_MS;
    return Math.max(CLOSE_PERIOD_MS, Math.min(longestMs, OF_EVIDENCE_AGE * this.#options.evidenceMaxAgeMs()));
  }

  /** One question without an answer must not make what is known look old; where anything is not well, the next is near. */
  #askAgain(): void {
    if (!this.#keepsData || !this.#options.isWell()) return;
    this.#infoTimer?.cancel();
    this.#askLater(CLOSE_PERIOD_MS);
  }

  /** 1403040 tells what beats and registrations do not: pair or single mode (F9), promise, role without ZooKeeper. */
  async #ask(): Promise<void> {
    if (this.#asking || this.#stopped) return;
    this.#asking = true;
    const askedMonotonicMs = this.#clock.monotonicMs();
    const askedWallMs = this.#clock.wallMs();
    const outcome = await this.connector.call(FUNCTIONS.systemInfo, {}, this.#options.questionMs());
    this.#asking = false;
    if (this.#stopped) return;
    const info = systemInfoOf(outcome);
    if (info?.instance !== this.#options.instance.name) {
      this.#askAgain();
      return;
    }
    this.#keepsData = (info.data ?? null) !== null;
    this.#listeners.info({
      atMonotonicMs: this.#clock.monotonicMs(),
      atWallMs: this.#clock.wallMs(),
      role: info.role,
      status: info.status,
      svrMode: info.svr_mode,
      epoch: info.epoch,
      incarnation: info.incarnation,
      phases: info.phases,
      note: info.note ?? null,
      onPromise: info.on_promise,
      promiseLeftMs: info.promise_left_ms,
      selfFence: info.self_fence,
      data: info.data ?? null,
      peer: info.peer ? peerFact(info.peer, askedMonotonicMs, askedWallMs) : null,
    });
  }
}
