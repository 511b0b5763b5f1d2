import type { Clock, Timer } from '#core/clock';
import { encodeFrame, FrameError, parseReply, type T2Frame } from '#core/frames';
import type { Log } from '#core/logging';
import { FUNCTIONS, isPracticeFunction, TIMEOUT_DEFAULTS } from '#shared/domain';
import type { Reply } from '#shared/protocol';
import { startDeadline } from './deadline.ts';
import { PracticeFunctionError } from './errors.ts';
import type { ConnectionEnd } from './failure.ts';
import { type PendingCall, PendingCalls } from './pending-calls.ts';
import type {
  CallOutcome,
  ConnectionEvent,
  ConnectorWaits,
  NodeConnector,
  NodeConnectorFactory,
  NodeTarget,
} from './port.ts';
import { classifyReply, withoutReply } from './replies.ts';
import { type StreamPort, tcpStreams } from './socket.ts';
import { T2Connection } from './t2-connection.ts';

export interface T2ConnectorOptions {
  clock: Clock;
  log?: Log;
  /** True in a practice environment alone: allows the numbers 990001–990099. Default false. */
  practice?: boolean;
  /** How TCP is reached; default this machine's. */
  streams?: StreamPort;
}

/** After an unexpected close: whether the process is gone shows in whether the port refuses. Some ms for its last fds. */
const RECONNECT_DELAYS_MS = [0, 1, 3, 20] as const;

const CLASS_OF_END = { closed: 'empty', refused: 'refused', silence: 'timeout' } as const;

/**
 * Makes connectors that speak t2 over one persistent TCP connection each. Calls are matched to replies by id, so a slow
 * one stalls no other. A peer that closes, refuses or keeps silent is an outcome, never an exception; a practice-only
 * number on a connector that is not for practice rejects with {@link PracticeFunctionError}.
 */
export function createT2Connector(options: T2ConnectorOptions): NodeConnectorFactory {
  return (target, waits = () => TIMEOUT_DEFAULTS) => new T2Connector(target, options, waits);
}

class T2Connector implements NodeConnector {
  readonly target: NodeTarget;
  readonly #options: T2ConnectorOptions;
  readonly #waits: () => ConnectorWaits;
  readonly #clock: Clock;
  readonly #pending = new PendingCalls();
  readonly #listeners = new Set<(event: ConnectionEvent) => void>();
  #connection: T2Connection | undefined;
  #reconnectTimer: Timer | undefined;
  #reconnects = 0;
  /** Connections in a row that were replaced because they were quiet. */
  #quietInARow = 0;
  #nextId = 1;
  #closed = false;
  #selfFence = false;

  constructor(target: NodeTarget, options: T2ConnectorOptions, waits: () => ConnectorWaits) {
    this.target = target;
    this.#options = options;
    this.#waits = waits;
    this.#clock = options.clock;
  }

  /** As the node's last 1403040 said; false until it has. */
  get capabilities(): { selfFence: boolean } {
    return { selfFence: this.#selfFence };
  }

  call(functionNumber: number, body: Record<string, unknown>, timeoutMs: number): Promise<CallOutcome> {
    if (isPracticeFunction(functionNumber) && this.#options.practice !== true)
      return Promise.reject(new PracticeFunctionError(functionNumber, this.target));
    if (this.#closed) return Promise.resolve(withoutReply('empty', 'the connector is closed'));
    const id = this.#nextId++;
    const frame = encodeFrame({ ...body, function: functionNumber, id });
    const connection = this.#connection ?? this.#connect();
    return new Promise((resolve) => {
      const timer = startDeadline(this.#clock, timeoutMs, () => this.#expire(call, timeoutMs));
      const call: PendingCall = { id, functionNumber, frame, connection, sentAtMs: null, timer, resolve };
      this.#pending.add(call);
      if (connection.isOpen) this.#send(call);
    });
  }

  onConnection(listener: (event: ConnectionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#reconnectTimer?.cancel();
    this.#connection?.destroy();
    this.#connection = undefined;
    for (const call of this.#pending.all()) this.#pending.settle(call, withoutReply('empty', 'the connector closed'));
    this.#listeners.clear();
  }

  #connect(): T2Connection {
    const connection: T2Connection = new T2Connection({
      streams: this.#options.streams ?? tcpStreams,
      clock: this.#clock,
      target: this.target,
      waits: this.#waits,
      opened: () => this.#opened(connection),
      frame: (frame) => this.#read(connection, frame),
      ended: (end) => this.#ended(connection, end),
    });
    this.#connection = connection;
    return connection;
  }

  #opened(connection: T2Connection): void {
    for (const call of this.#pending.on(connection)) this.#send(call);
    this.#tell({ kind: 'opened' });
  }

  #send(call: PendingCall): void {
    if (call.connection.send(call.frame)) call.sentAtMs = this.#clock.monotonicMs();
  }

  #read(connection: T2Connection, frame: T2Frame): void {
    if (frame.kind === 'empty') {
      const owner = this.#pending.ownerOfEmptyFrame(connection);
      if (owner) this.#pending.settle(owner, withoutReply('empty', 'a frame without a body'));
      return;
    }
    let reply: Reply;
    try {
      reply = parseReply(frame.body);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      connection.breach(error.message);
      return;
    }
    this.#reconnects = 0;
    this.#quietInARow = 0;
    const call = this.#pending.get(reply.id);
    // No such call: its time ran out before, and a late reply is worth nothing.
    if (call?.connection !== connection || call.sentAtMs === null) return;
    const outcome = classifyReply(call.functionNumber, reply, this.#clock.monotonicMs() - call.sentAtMs);
    if (call.functionNumber === FUNCTIONS.systemInfo && outcome.class === 'ok')
      this.#selfFence = outcome.reply?.self_fence === true;
    this.#pending.settle(call, outcome);
  }

  #expire(call: PendingCall, timeoutMs: number): void {
    const { connection } = call;
    const what = call.sentAtMs !== null ? 'no reply' : connection.isOpen ? 'the peer does not read' : 'not connected';
    this.#pending.settle(call, withoutReply('timeout', `${what} within ${timeoutMs} ms`));
    this.#replaceIfQuiet(connection);
  }

  /**
   * A connection that stays quiet may be dead in between while TCP still repeats itself, for minutes: a new one is made.
   * Only heartbeats may be left behind on the old one: another call's reply may still be on its way.
   */
  #replaceIfQuiet(connection: T2Connection): void {
    if (connection !== this.#connection || !connection.isOpen || connection.quietMs() < this.#mayBeQuietMs()) return;
    if (this.#pending.on(connection).some((call) => call.functionNumber !== FUNCTIONS.heartbeat)) return;
    this.#options.log?.info('a quiet t2 connection is replaced', { ...this.target, quietMs: connection.quietMs() });
    this.#quietInARow += 1;
    connection.destroy();
    this.#connect();
  }

  #mayBeQuietMs(): number {
    const { quietConnectionMs, longestQuietMs } = this.#waits();
    return Math.min(quietConnectionMs * 2 ** this.#quietInARow, longestQuietMs);
  }

  #ended(connection: T2Connection, end: ConnectionEnd): void {
    if (this.#connection === connection) this.#connection = undefined;
    for (const call of this.#pending.on(connection))
      this.#pending.settle(call, withoutReply(CLASS_OF_END[end.kind], end.detail));
    this.#options.log?.[end.breach ? 'warn' : 'debug']('t2 connection ended', { ...this.target, ...end });
    // One incident is told once: the attempts that follow a close may be taken and dropped by a process that is dying.
    const tellClose = connection.wasOpen && this.#reconnects === 0;
    if (end.kind === 'refused' || (end.kind === 'closed' && tellClose))
      this.#tell({ kind: end.kind, detail: end.detail });
    if (end.kind === 'closed' && !end.breach) this.#reconnectSoon();
  }

  /** A few quick attempts an incident, so that a refusal is learnt within milliseconds; then the next call connects. */
  #reconnectSoon(): void {
    const delayMs = RECONNECT_DELAYS_MS[this.#reconnects];
    if (this.#closed || delayMs === undefined) return;
    this.#reconnects += 1;
    const reconnect = () => {
      if (!this.#closed && !this.#connection) this.#connect();
    };
    if (delayMs === 0) reconnect();
    else this.#reconnectTimer = this.#clock.setTimer(delayMs, reconnect);
  }

  #tell(event: ConnectionEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#options.log?.error('a connection listener threw', { ...this.target, reason: String(error) });
      }
    }
  }
}
