import { MAX_DATAGRAM_BYTES } from '#shared/protocol';
import { FrameError } from './errors.ts';
import { encodeJson } from './json.ts';

/** An f2 datagram holding the value as JSON. Throws {@link FrameError} OVERSIZED above 60 KiB. */
export function encodeDatagram(value: unknown): Buffer {
  return encodeJson(value, MAX_DATAGRAM_BYTES);
}

/** The body of a received datagram. Throws {@link FrameError} OVERSIZED above 60 KiB. */
export function decodeDatagram(datagram: Uint8Array): Uint8Array {
  if (datagram.byteLength > MAX_DATAGRAM_BYTES)
    throw new FrameError(
      'OVERSIZED',
      `a datagram of ${datagram.byteLength} bytes is longer than ${MAX_DATAGRAM_BYTES}`,
    );
  return datagram;
}
