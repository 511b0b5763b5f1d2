import type { Socket } from 'node:net';
import type { Clock, Timer } from '#core/clock';
import { T2Decoder, type T2Frame } from '#core/frames';
import type { T2Connection, T2Handler, T2Limits } from './ports.ts';

/** Most frames handled in one go: a read can hold thousands of tiny ones, and other connections wait meanwhile. */
const FRAMES_A_TURN = 32;
/** How much of a read is cut into frames at a time: as frames, tiny ones take many times the memory. */
const PORTION_BYTES = 4_096;

/**
 * One accepted socket: frames are handed on in order, and an answer that takes its time holds up none of the frames after
 * it. Nothing is read while `maxAnswersAwaited` answers are awaited or while replies lie unread, so that what a connection
 * can make the process hold is bounded by those, one unfinished frame and one read.
 */
export class T2ConnectionState implements T2Connection {
  readonly remote: string;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #limits: T2Limits;
  readonly #closeGraceMs: number;
  readonly #decoder = new T2Decoder();
  /** Bytes read and not cut into frames yet. */
  #bytes: Buffer[] = [];
  /** Frames not handed on yet, from `#next` on. */
  #frames: T2Frame[] = [];
  #next = 0;
  /** Set while other connections have their turn. */
  #turn: Timer | undefined;
  #handler: T2Handler | undefined;
  #awaited = 0;
  #closing = false;
  #cut: Timer | undefined;
  #lastFrameAtMs: number;
  /** Since when a frame is awaited to its end: from connecting, and from the first byte of each later frame. */
  #frameSinceMs: number | undefined;
  #unreadSinceMs: number | undefined;

  constructor(socket: Socket, clock: Clock, limits: T2Limits, closeGraceMs: number) {
    this.remote = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    this.#socket = socket;
    this.#clock = clock;
    this.#limits = limits;
    this.#closeGraceMs = closeGraceMs;
    this.#lastFrameAtMs = clock.monotonicMs();
    this.#frameSinceMs = this.#lastFrameAtMs;
  }

  start(handler: T2Handler): void {
    this.#handler = handler;
    this.#socket.on('data', (piece) => this.#receive(piece));
    this.#socket.on('drain', () => this.#onDrain());
    // 'close' follows every error and is where the handler learns of it.
    this.#socket.on('error', () => {});
    this.#socket.once('close', () => {
      this.#closing = true;
      this.#cut?.cancel();
      this.#turn?.cancel();
      handler.onClosed?.();
    });
  }

  send(frame: Uint8Array): boolean {
    if (this.#closing) return false;
    if (!this.#socket.write(frame)) {
      this.#unreadSinceMs ??= this.#clock.monotonicMs();
      this.#socket.pause();
    }
    return true;
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#frames = [];
    this.#bytes = [];
    this.#turn?.cancel();
    // What still comes in is read and dropped: unread bytes would turn the orderly end into a reset.
    this.#socket.resume();
    this.#socket.end();
    this.#cut = this.#clock.setTimer(this.#closeGraceMs, () => this.#socket.destroy());
  }

  /** Cuts the connection when it breaks one of its limits. */
  enforceLimits(): void {
    const now = this.#clock.monotonicMs();
    const { frameTimeoutMs, unreadTimeoutMs, idleTimeoutMs } = this.#limits;
    const late = (sinceMs: number | undefined, limitMs: number) => sinceMs !== undefined && now - sinceMs > limitMs;
    const isWaiting = !this.#isFull() && this.#bytes.length === 0;
    const tooSlow = isWaiting && late(this.#frameSinceMs, frameTimeoutMs);
    if (tooSlow || late(this.#unreadSinceMs, unreadTimeoutMs) || late(this.#lastFrameAtMs, idleTimeoutMs))
      this.#socket.destroy();
  }

  #receive(piece: Buffer): void {
    if (this.#closing) return;
    this.#bytes.push(piece);
    this.#handleWaiting();
  }

  /** Cuts the next portion of what was read into frames; false where there is none. */
  #decode(): boolean {
    const [piece, ...rest] = this.#bytes;
    if (piece === undefined) return false;
    this.#bytes = piece.byteLength > PORTION_BYTES ? [piece.subarray(PORTION_BYTES), ...rest] : rest;
    const { frames, error } = this.#decoder.push(piece.subarray(0, PORTION_BYTES));
    this.#frames = frames;
    this.#next = 0;
    const now = this.#clock.monotonicMs();
    if (frames.length > 0) {
      this.#lastFrameAtMs = now;
      this.#frameSinceMs = undefined;
    }
    if (this.#decoder.pendingBytes > 0) this.#frameSinceMs ??= now;
    if (error !== undefined) {
      this.#handler?.onFrameError?.(error);
      this.close();
    }
    return true;
  }

  /** No further frame is handed on, and nothing read, until an answer was given. */
  #isFull(): boolean {
    return this.#awaited >= this.#limits.maxAnswersAwaited;
  }

  #handleWaiting(): void {
    if (this.#turn !== undefined) return;
    let left = FRAMES_A_TURN;
    while (!this.#closing && !this.#isFull() && this.#unreadSinceMs === undefined) {
      const frame = this.#frames[this.#next];
      if (frame === undefined) {
        if (this.#decode()) continue;
        this.#readOn();
        return;
      }
      if (left === 0) {
        this.#letOthers();
        break;
      }
      left -= 1;
      this.#next += 1;
      this.#call(frame);
    }
    if (!this.#closing) this.#socket.pause();
  }

  #letOthers(): void {
    this.#turn = this.#clock.setTimer(0, () => {
      this.#turn = undefined;
      this.#handleWaiting();
    });
  }

  #readOn(): void {
    if (!this.#socket.isPaused()) return;
    // While nothing was read the other side could not go on with its frame.
    if (this.#frameSinceMs !== undefined) this.#frameSinceMs = this.#clock.monotonicMs();
    this.#socket.resume();
  }

  #call(frame: T2Frame): void {
    try {
      const done = this.#handler?.onFrame(frame);
      if (done) this.#await(done);
    } catch {
      // The handler reports its own errors; what is left to do here is to let go of this one connection.
      this.close();
    }
  }

  #await(done: Promise<void>): void {
    this.#awaited += 1;
    const finished = () => {
      this.#awaited -= 1;
      this.#handleWaiting();
    };
    done.then(finished, () => {
      this.close();
      finished();
    });
  }

  #onDrain(): void {
    this.#unreadSinceMs = undefined;
    this.#handleWaiting();
  }
}
