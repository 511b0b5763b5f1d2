import { createHash } from 'node:crypto';
import { type DecodedFile, decodeFile } from './text/decode.ts';
import { scanXml } from './xml/scan.ts';
import type { XmlElement } from './xml/tree.ts';

/** A configuration file as it is: its bytes, and where what stands in them. */
export interface ConfigDocument extends DecodedFile {
  root: XmlElement;
  /** SHA-256 of the bytes, in hex. */
  digest: string;
}

/**
 * Reads a configuration file's bytes. `file` names it in errors. Throws {@link ConfigFileError}: more than 16 MiB, bytes
 * that contradict the encoding, no well-formed XML, a DOCTYPE, elements nested more than 64 deep.
 */
export function parseDocument(bytes: Uint8Array, file: string): ConfigDocument {
  const decoded = decodeFile(bytes, file);
  return { ...decoded, root: scanXml(decoded), digest: digestOf(bytes) };
}

/** SHA-256 in hex: what a change is made for, and what its backup is named by. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
