import { MAX_FRAME_BYTES } from '#shared/protocol';
import { FrameError } from './errors.ts';
import { encodeJson } from './json.ts';

const HEADER_BYTES = 4;
const EMPTY = Buffer.alloc(0);

/** A frame as read: `empty` has length 0 and no body, which a client takes as the reply class `empty` (F12). */
export type T2Frame = { kind: 'empty' } | { kind: 'body'; body: Buffer };

/** One for all: a stream may hold a quarter as many of them as bytes. */
const EMPTY_FRAME: T2Frame = { kind: 'empty' };

/** What one piece of the stream completed. After an error the stream cannot be read on: close the connection. */
export interface T2Decoded {
  frames: T2Frame[];
  error: FrameError | undefined;
}

/** A frame of length 0. */
export const T2_EMPTY_FRAME: Buffer = Buffer.alloc(HEADER_BYTES);

/** A t2 frame holding the value as JSON. Throws {@link FrameError} OVERSIZED above 1 MiB. */
export function encodeFrame(value: unknown): Buffer {
  const frame = encodeJson(value, MAX_FRAME_BYTES, HEADER_BYTES);
  frame.writeUInt32BE(frame.byteLength - HEADER_BYTES, 0);
  return frame;
}

/** What a body that arrives in pieces is first given room for; the room doubles as bytes come in. */
const FIRST_ROOM_BYTES = 1024;

/**
 * Cuts a TCP stream into t2 frames, however it arrives. Holds at most one unfinished frame, in one buffer of less than
 * twice what has arrived of it, or 1 KiB: a header alone makes it allocate no more than that, and a body that drips in
 * byte by byte takes no more memory than one that comes at once.
 */
export class T2Decoder {
  readonly #maxBodyBytes: number;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #bodyBytes: number | undefined;
  #body = EMPTY;
  #have = 0;
  #error: FrameError | undefined;

  constructor(maxBodyBytes: number = MAX_FRAME_BYTES) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Bytes held of a frame that is not complete yet: 0 between frames. A stream that ends with more was cut. */
  get pendingBytes(): number {
    return this.#headerBytes + this.#have;
  }

  /** Takes the next piece of the stream. Frames before an oversized one are still returned; after it, none. */
  push(piece: Uint8Array): T2Decoded {
    const frames: T2Frame[] = [];
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let at = 0;
    while (this.#error === undefined && at < bytes.byteLength) {
      at =
        this.#bodyBytes === undefined
          ? this.#readHeader(bytes, at, frames)
          : this.#readBody(bytes, at, this.#bodyBytes, frames);
    }
    return { frames, error: this.#error };
  }

  #readHeader(bytes: Buffer, at: number, frames: T2Frame[]): number {
    const taken = Math.min(HEADER_BYTES - this.#headerBytes, bytes.byteLength - at);
    bytes.copy(this.#header, this.#headerBytes, at, at + taken);
    this.#headerBytes += taken;
    if (this.#headerBytes === HEADER_BYTES) this.#beginBody(this.#header.readUInt32BE(0), frames);
    return at + taken;
  }

  #beginBody(length: number, frames: T2Frame[]): void {
    if (length > this.#maxBodyBytes) {
      this.#error = new FrameError('OVERSIZED', `a frame of ${length} bytes is longer than ${this.#maxBodyBytes}`);
    } else if (length === 0) {
      this.#headerBytes = 0;
      frames.push(EMPTY_FRAME);
    } else {
      this.#bodyBytes = length;
    }
  }

  #readBody(bytes: Buffer, at: number, bodyBytes: number, frames: T2Frame[]): number {
    const taken = Math.min(bodyBytes - this.#have, bytes.byteLength - at);
    this.#makeRoom(this.#have + taken, bodyBytes);
    bytes.copy(this.#body, this.#have, at, at + taken);
    this.#have += taken;
    if (this.#have === bodyBytes) {
      frames.push({ kind: 'body', body: this.#body });
      this.#body = EMPTY;
      this.#have = 0;
      this.#headerBytes = 0;
      this.#bodyBytes = undefined;
    }
    return at + taken;
  }

  /** Room for `needed` bytes of the body; exactly the body's length once that is less than twice what is there. */
  #makeRoom(needed: number, bodyBytes: number): void {
    if (needed <= this.#body.byteLength) return;
    const room = Buffer.allocUnsafe(Math.min(bodyBytes, Math.max(needed, 2 * this.#body.byteLength, FIRST_ROOM_BYTES)));
    this.#body.copy(room, 0, 0, this.#have);
    this.#body = room;
  }
}
