import type { Clock, Timer } from '#core/clock';
import { T2Decoder, type T2Frame } from '#core/frames';
import { startDeadline } from './deadline.ts';
import { type ConnectionEnd, classifyEnd } from './failure.ts';
import type { ConnectorWaits, NodeTarget } from './port.ts';
import type { Stream, StreamPort } from './socket.ts';

/** Most bytes that wait for a peer that does not read; what comes on top is not sent. */
const MAX_UNSENT_BYTES = 256 * 1024;

export interface T2ConnectionOptions {
  streams: StreamPort;
  clock: Clock;
  target: NodeTarget;
  waits: () => ConnectorWaits;
  opened: () => void;
  frame: (frame: T2Frame) => void;
  /** Once; after it the connection is over. Not called after {@link T2Connection.destroy}. */
  ended: (end: ConnectionEnd) => void;
}

/**
 * One TCP connection that carries t2 frames. It ends a peer that breaks the framing, that sends more frames than it was
 * asked for, or that drips a frame: no peer can make it hold more than one frame.
 */
export class T2Connection {
  readonly #options: T2ConnectionOptions;
  /** Made with the first bytes: of connections to what is down there are many, and nothing ever comes on them. */
  #decoder: T2Decoder | undefined;
  readonly #stream: Stream;
  #connectTimer: Timer | undefined;
  #frameTimer: Timer | undefined;
  #state: 'connecting' | 'open' | 'over' = 'connecting';
  #lastHeardMs: number;
  #framesOwed = 0;
  #wasOpen = false;

  constructor(options: T2ConnectionOptions) {
    this.#options = options;
    const { clock, target, streams } = options;
    const { connectMs } = options.waits();
    this.#lastHeardMs = clock.monotonicMs();
    this.#connectTimer = startDeadline(clock, connectMs, () =>
      this.#end({ kind: 'silence', detail: `no connection within ${connectMs} ms`, breach: false }),
    );
    this.#stream = streams.connect(target.host, target.t2Port, {
      opened: () => this.#opened(),
      data: (bytes) => this.#read(bytes),
      ended: (error) => this.#end(classifyEnd(error)),
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether it ever was, also once it is over. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** For how long nothing has come from the peer, since the opening where nothing ever came. */
  quietMs(): number {
    return this.#options.clock.monotonicMs() - this.#lastHeardMs;
  }

  /** Sends a frame; false where the peer has not read for so long that it would only be kept in memory. */
  send(frame: Uint8Array): boolean {
    if (this.#stream.unsentBytes() + frame.byteLength > MAX_UNSENT_BYTES) return false;
    this.#framesOwed += 1;
    this.#stream.write(frame);
    return true;
  }

  /** Ends a connection whose peer does not speak t2. */
  breach(detail: string): void {
    this.#end({ kind: 'closed', detail, breach: true });
  }

  /** Lets go without a word to the owner. */
  destroy(): void {
    this.#state = 'over';
    this.#connectTimer?.cancel();
    this.#frameTimer?.cancel();
    this.#stream.destroy();
  }

  #opened(): void {
    this.#connectTimer?.cancel();
    this.#state = 'open';
    this.#wasOpen = true;
    this.#lastHeardMs = this.#options.clock.monotonicMs();
    this.#options.opened();
  }

  #read(bytes: Uint8Array): void {
    this.#lastHeardMs = this.#options.clock.monotonicMs();
    this.#decoder ??= new T2Decoder();
    const { frames, error } = this.#decoder.push(bytes);
    for (const frame of frames) this.#take(frame);
    if (error) this.breach(error.message);
    this.#watchFrame(frames.length > 0, this.#decoder.pendingBytes > 0);
  }

  #take(frame: T2Frame): void {
    if (this.#state === 'over') return;
    if (this.#framesOwed === 0) {
      this.breach('more frames than were asked for');
      return;
    }
    this.#framesOwed -= 1;
    this.#options.frame(frame);
  }

  /** Gives an unfinished frame its time; a new frame begins anew. */
  #watchFrame(finishedOne: boolean, isInOne: boolean): void {
    if (this.#state === 'over') return;
    if (finishedOne || !isInOne) {
      this.#frameTimer?.cancel();
      this.#frameTimer = undefined;
    }
    if (!isInOne || this.#frameTimer) return;
    const { frameMs } = this.#options.waits();
    this.#frameTimer = startDeadline(this.#options.clock, frameMs, () =>
      this.breach(`a frame was not finished within ${frameMs} ms`),
    );
  }

  #end(end: ConnectionEnd): void {
    if (this.#state === 'over') return;
    this.destroy();
    this.#options.ended(end);
  }
}
