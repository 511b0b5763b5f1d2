import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeDatagram,
  encodeDatagram,
  encodeFrame,
  FrameError,
  parseMessage,
  parseReply,
  parseRequest,
  T2_EMPTY_FRAME,
  T2Decoder,
} from '#core/frames';
import { MAX_DATAGRAM_BYTES, MAX_FRAME_BYTES } from '#shared/protocol';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.byteLength; i++) {
    const size = sizes.length === 0 ? bytes.byteLength : (sizes[i % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('t2 frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
        (values, sizes) => {
          const stream = Buffer.concat(values.map((v) => (v === undefined ? T2_EMPTY_FRAME : encodeFrame(v))));
          const decoder = new T2Decoder();
          const frames = cut(stream, sizes).flatMap((piece) => decoder.push(piece).frames);
          const got = frames.map((f) =>
            f.kind === 'empty' ? undefined : JSON.stringify(JSON.parse(f.body.toString())),
          );
          expect(got).toEqual(values.map((v) => (v === undefined ? undefined : JSON.stringify(v))));
          expect(decoder.pendingBytes).toBe(0);
        },
      ),
    );
  });

  it('of exactly 1 MiB are read, of one byte more are refused, and frames before it are kept', () => {
    const decoder = new T2Decoder();
    const largest = Buffer.alloc(4 + MAX_FRAME_BYTES, 0x20);
    largest.writeUInt32BE(MAX_FRAME_BYTES, 0);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(MAX_FRAME_BYTES + 1, 0);
    const { frames, error } = decoder.push(Buffer.concat([largest, T2_EMPTY_FRAME, header]));
    expect(frames.map((f) => f.kind)).toEqual(['body', 'empty']);
    expect(error?.code).toBe('OVERSIZED');
    const after = decoder.push(T2_EMPTY_FRAME);
    expect(after.frames).toEqual([]);
    expect(after.error?.code).toBe('OVERSIZED');
  });

  it('that drip in byte by byte are held in one buffer, not in a million', () => {
    const decoder = new T2Decoder();
    const header = Buffer.alloc(4);
    header.writeUInt32BE(MAX_FRAME_BYTES, 0);
    decoder.push(header);
    collectGarbage();
    const before = process.memoryUsage();
    const byte = Buffer.from('x');
    for (let i = 0; i < MAX_FRAME_BYTES - 1; i++) decoder.push(byte);
    collectGarbage();
    const after = process.memoryUsage();
    const heldBytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(heldBytes).toBeLessThan(4 * MAX_FRAME_BYTES);
    const [frame] = decoder.push(byte).frames;
    expect(frame?.kind === 'body' && frame.body.equals(Buffer.alloc(MAX_FRAME_BYTES, 'x'))).toBe(true);
  });

  it('that are unfinished show how much is held', () => {
    const decoder = new T2Decoder();
    decoder.push(Buffer.from([0, 0]));
    expect(decoder.pendingBytes).toBe(2);
    decoder.push(Buffer.from([0, 9, 1, 2, 3]));
    expect(decoder.pendingBytes).toBe(7);
  });

  it('do not alias the piece they came in', () => {
    const decoder = new T2Decoder();
    const piece = encodeFrame({ a: 1 });
    const [frame] = decoder.push(piece).frames;
    piece.fill(0);
    expect(frame?.kind === 'body' && frame.body.toString()).toBe('{"a":1}');
  });

  it('are never written above the limit', () => {
    expect(code(() => encodeFrame({ text: 'x'.repeat(MAX_FRAME_BYTES) }))).toBe('OVERSIZED');
  });

  it('survive any bytes at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (pieces) => {
        const decoder = new T2Decoder(256);
        for (const piece of pieces) {
          const { error } = decoder.push(piece);
          expect(decoder.pendingBytes).toBeLessThanOrEqual(260);
          if (error) expect(error.code).toBe('OVERSIZED');
        }
      }),
    );
  });
});

describe('f2 datagrams', () => {
  it('carry the same JSON', () => {
    const request = { function: 402000, id: 7, session_id: '会话' };
    expect(parseRequest(decodeDatagram(encodeDatagram(request)))).toEqual(request);
  });
  it('above 60 KiB are neither written nor read', () => {
    expect(code(() => encodeDatagram({ text: 'x'.repeat(MAX_DATAGRAM_BYTES) }))).toBe('OVERSIZED');
    expect(code(() => decodeDatagram(new Uint8Array(MAX_DATAGRAM_BYTES + 1)))).toBe('OVERSIZED');
    expect(decodeDatagram(new Uint8Array(MAX_DATAGRAM_BYTES)).byteLength).toBe(MAX_DATAGRAM_BYTES);
  });
});

describe('messages', () => {
  it('are refused by kind', () => {
    expect(code(() => parseRequest(Buffer.from([0xff, 0xfe])))).toBe('NOT_UTF8');
    expect(code(() => parseRequest(Buffer.from('{"function":')))).toBe('NOT_JSON');
    expect(code(() => parseRequest(Buffer.from('{"function":"402000","id":1}')))).toBe('NOT_A_REQUEST');
    expect(code(() => parseRequest(Buffer.from('[]')))).toBe('NOT_A_REQUEST');
    expect(code(() => parseReply(Buffer.from('{"function":1,"id":1}')))).toBe('NOT_A_REPLY');
  });
  it('keep what the function adds', () => {
    const reply = { function: 402000, id: 1, error_no: 0, epoch: 3, instance: 'A', extra: true };
    expect(parseReply(Buffer.from(JSON.stringify(reply)))).toEqual(reply);
    expect(parseMessage(Buffer.from(JSON.stringify(reply)))).toEqual({ reply });
    expect(parseMessage(Buffer.from('{"function":1,"id":2,"a":3}'))).toEqual({
      request: { function: 1, id: 2, a: 3 },
    });
    expect(code(() => parseMessage(Buffer.from('{"function":1,"id":2,"error_no":"0"}')))).toBe('NOT_A_REPLY');
    expect(code(() => parseMessage(Buffer.from('{"function":-1,"id":2,"error_no":0}')))).toBe('NOT_A_REQUEST');
  });
  it('never throw anything but a FrameError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((j) => Buffer.from(j)),
        ),
        (body) => {
          for (const parse of [parseRequest, parseReply, parseMessage])
            try {
              parse(body);
            } catch (error) {
              expect(error).toBeInstanceOf(FrameError);
            }
        },
      ),
    );
  });
});
