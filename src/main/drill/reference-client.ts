import type { Clock, Timer } from '#core/clock';
import type { CallOutcome, NodeConnector, NodeConnectorFactory, NodeTarget } from '#main/nodes';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { loginReplySchema } from '#shared/protocol';
import type { ClientBeat } from './beats.ts';
import { type FollowedRoute, RouteFollower } from './route-follower.ts';

/** Half of what the measured outage's error may be, so that a late timer still keeps to it. */
export const BEAT_PERIOD_MS = 5;
const BEAT_TIMEOUT_MS = 1_000;
const LOGIN_TIMEOUT_MS = 500;
const USER = 'reference-client';

export interface ReferenceClientDeps {
  clock: Clock;
  /** Connectors that may log in by 990001. */
  connect: NodeConnectorFactory;
  /** Every beat, once it has ended. */
  beat: (beat: ClientBeat) => void;
}

interface Connection {
  instance: string;
  connector: NodeConnector;
  /** The other side ended it: its beats got empty replies, not none. */
  endedByPeer: boolean;
  /** The last reply that came was a good one. */
  serves: boolean;
}

/**
 * A client as F10–F13 describe it: logs in, beats the instance that the route names every {@link BEAT_PERIOD_MS}
 * without waiting for replies, leaves a primary whose reply is empty for the standby, and drops replies whose epoch is
 * lower than one it has seen. Its session outlives a switchover; where it is not known all the same, it logs in again.
 */
export class ReferenceClient {
  readonly #deps: ReferenceClientDeps;
  readonly #follower = new RouteFollower();
  readonly #addresses = new Map<string, NodeTarget>();
  /** The session that each instance gave or accepted last. */
  readonly #sessions = new Map<string, string>();
  #connection: Connection | undefined;
  #session: string | undefined;
  #loggingIn = false;
  #highestEpoch = 0;
  #timer: Timer | undefined;
  #nextMs: number;

  constructor(deps: ReferenceClientDeps) {
    this.#deps = deps;
    this.#nextMs = deps.clock.monotonicMs();
    this.#schedule();
  }

  /** The route changed. */
  route(route: FollowedRoute): void {
    this.#follower.route(route);
    this.#follow();
  }

  /** Where an instance listens; addresses once known are kept when the registration goes. */
  address(instance: string, target: NodeTarget): void {
    const known = this.#addresses.get(instance);
    this.#addresses.set(instance, target);
    if (known && known.t2Port !== target.t2Port && this.#connection?.instance === instance) this.#leave();
    this.#follower.knows(instance);
    this.#follow();
  }

  /** The session that the instance accepted from this client last. */
  sessionAt(instance: string): string | undefined {
    return this.#sessions.get(instance);
  }

  /** Whether the last reply that came was a good one: not so while nobody serves, or while nothing was heard yet. */
  get isServed(): boolean {
    return this.#connection?.serves ?? false;
  }

  /** The highest epoch that any reply carried. */
  get highestEpoch(): number {
    return this.#highestEpoch;
  }

  /**
   * Calls a function at the instance that is beaten now, with this client's session, over the same connection.
   * Undefined where there is neither connection nor session at this moment: nothing is sent.
   */
  call(functionNumber: number, body: Record<string, unknown>, timeoutMs: number): Promise<CallOutcome> | undefined {
    if (!this.#connection || this.#session === undefined || this.#loggingIn) return undefined;
    return this.#connection.connector.call(functionNumber, { ...body, session_id: this.#session }, timeoutMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#leave();
  }

  #schedule(): void {
    const now = this.#deps.clock.monotonicMs();
    // A late timer does not shorten the next interval to nothing, and does not send a burst.
    this.#nextMs = Math.max(this.#nextMs + BEAT_PERIOD_MS, now + BEAT_PERIOD_MS / 2);
    this.#timer = this.#deps.clock.setTimer(this.#nextMs - now, () => {
      this.#schedule();
      this.#beat();
    });
  }

  #follow(): void {
    if (this.#follower.target !== this.#connection?.instance) this.#leave();
  }

  /** Stops beating the present instance; beats without a reply yet end here, as timed out. */
  #leave(): void {
    const left = this.#connection;
    this.#connection = undefined;
    left?.connector.close();
  }

  #connect(): Connection | undefined {
    const instance = this.#follower.target;
    const target = instance === undefined ? undefined : this.#addresses.get(instance);
    if (instance === undefined || target === undefined) return undefined;
    this.#connection = { instance, connector: this.#deps.connect(target), endedByPeer: false, serves: false };
    return this.#connection;
  }

  #beat(): void {
    const connection = this.#connection ?? this.#connect();
    if (!connection || this.#loggingIn) return;
    if (this.#session === undefined) {
      void this.#logIn(connection);
      return;
    }
    const sentMs = this.#deps.clock.monotonicMs();
    const session = this.#session;
    void connection.connector
      .call(FUNCTIONS.heartbeat, { session_id: session }, BEAT_TIMEOUT_MS)
      .then((outcome) => this.#ended(connection, session, sentMs, outcome));
  }

  #ended(connection: Connection, session: string, sentMs: number, outcome: CallOutcome): void {
    const { instance } = connection;
    const left = this.#connection !== connection;
    const epoch = outcome.reply?.epoch ?? null;
    const stale = epoch !== null && epoch < this.#highestEpoch;
    const endedMs = this.#deps.clock.monotonicMs();
    if (!left && outcome.class === 'empty') connection.endedByPeer = true;
    // What ends with this client's own leaving got no reply for as long as it waited.
    const ended = outcome.class === 'empty' && !connection.endedByPeer ? 'timeout' : outcome.class;
    this.#deps.beat({ instance, sentMs, endedMs, class: ended, errorNumber: outcome.errorNumber, stale });
    if (epoch !== null && epoch > this.#highestEpoch) this.#highestEpoch = epoch;
    if (left) return;
    if (outcome.reply) connection.serves = ended === 'ok' && !stale;
    if (ended === 'ok') this.#sessions.set(instance, session);
    else if (ended === 'empty' || ended === 'refused') this.#follower.gone(instance, endedMs);
    else if (outcome.errorNumber === ERROR_NUMBERS.standby) this.#follower.isStandby(instance, endedMs);
    else if (outcome.errorNumber === ERROR_NUMBERS.unknownSession && session === this.#session)
      void this.#logIn(connection);
    this.#follow();
  }

  async #logIn(connection: Connection): Promise<void> {
    if (this.#loggingIn) return;
    this.#loggingIn = true;
    const body = { system: 'O3', user: USER };
    const outcome = await connection.connector.call(FUNCTIONS.practiceLogin, body, LOGIN_TIMEOUT_MS);
    this.#loggingIn = false;
    const session = outcome.class === 'ok' ? loginReplySchema.safeParse(outcome.reply).data?.session_id : undefined;
    if (session !== undefined) this.#session = session;
    if (this.#connection !== connection) return;
    if (outcome.class === 'empty' || outcome.class === 'refused')
      this.#follower.gone(connection.instance, this.#deps.clock.monotonicMs());
    if (session !== undefined) this.#beat();
    this.#follow();
  }
}
