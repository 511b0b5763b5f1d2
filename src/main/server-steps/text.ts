/**
 * Files of a server as text. Their bytes come through as they were, whatever their encoding: each is one character
 * here, and what we add is UTF-8.
 */
export function ofBytes(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** The bytes of a text that {@link ofBytes} read. */
export function toBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Our own words, to be put beside a file's. */
export function ours(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** For a person: UTF-8, as far as it is that. */
export function readable(text: string): string {
  return toBytes(text).toString('utf8');
}
