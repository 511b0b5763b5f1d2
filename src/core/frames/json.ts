import { FrameError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON value in a body. Throws {@link FrameError} NOT_UTF8 or NOT_JSON. */
export function decodeJson(body: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new FrameError('NOT_UTF8', `a body of ${body.byteLength} bytes is not UTF-8`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new FrameError('NOT_JSON', `a body of ${body.byteLength} bytes is not JSON`);
  }
}

/**
 * A value as JSON in UTF-8, with `before` bytes left free in front of it. Throws {@link FrameError} OVERSIZED above
 * `maxBytes`.
 */
export function encodeJson(value: unknown, maxBytes: number, before = 0): Buffer {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new FrameError('OVERSIZED', `a body of ${bytes} bytes is longer than ${maxBytes}`);
  const body = Buffer.allocUnsafe(before + bytes);
  body.write(text, before);
  return body;
}
