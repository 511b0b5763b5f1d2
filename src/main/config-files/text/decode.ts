import { fileError, placedError } from '../errors.ts';
import { type Encoding, encodingNamed, strictDecoder } from './encodings.ts';
import { Places } from './places.ts';
import { FourByteInGbkError, skeleton } from './skeleton.ts';

/** A file's bytes with what is needed to find one's way in them. */
export interface DecodedFile {
  file: string;
  bytes: Uint8Array;
  encoding: Encoding;
  /** Bytes of the byte order mark: 0 or 3. */
  markBytes: 0 | 3;
  /** See {@link skeleton}. */
  skeleton: string;
  places: Places;
  /** The characters of a range of bytes, which must not begin or end within one. */
  textOf(range: { from: number; to: number }): string;
}

/** More is not read: the vendor's files have some kilobytes, and 5 MB are large. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

const WIDE_MARKS: readonly { name: string; bytes: readonly number[] }[] = [
  { name: 'UTF-32', bytes: [0xff, 0xfe, 0x00, 0x00] },
  { name: 'UTF-32', bytes: [0x00, 0x00, 0xfe, 0xff] },
  { name: 'UTF-16', bytes: [0xff, 0xfe] },
  { name: 'UTF-16', bytes: [0xfe, 0xff] },
  // Without a mark: `<` and `?` of the declaration, with zeros around.
  { name: 'UTF-16', bytes: [0x3c, 0x00] },
  { name: 'UTF-16', bytes: [0x00, 0x3c] },
];
const UTF8_MARK = [0xef, 0xbb, 0xbf];
const DECLARATION = /^<\?xml[ \t\r\n][^>]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^"<>]*)"|'([^'<>]*)')/;

const startsWith = (bytes: Uint8Array, start: readonly number[]) =>
  bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);

/**
 * Finds a file's encoding — its mark, its declaration, else UTF-8, as XML has it — and holds every byte to it. Throws
 * {@link ConfigFileError} with the place where the bytes are something else.
 */
export function decodeFile(bytes: Uint8Array, file: string): DecodedFile {
  if (bytes.byteLength > MAX_FILE_BYTES)
    throw fileError('too-large', file, 'tooLarge', { bytes: bytes.byteLength, most: MAX_FILE_BYTES });
  const wide = WIDE_MARKS.find((mark) => startsWith(bytes, mark.bytes));
  if (wide) throw placedError('encoding', file, { line: 1, column: 1 }, 'wide', { encoding: wide.name });
  const markBytes = startsWith(bytes, UTF8_MARK) ? 3 : 0;
  const declared = declaredEncoding(bytes.subarray(markBytes));
  const encoding = declared === undefined ? 'utf-8' : encodingNamed(declared);
  if (encoding === undefined)
    throw placedError('encoding', file, { line: 1, column: 1 }, 'unknownEncoding', { encoding: declared ?? '' });
  if (markBytes > 0 && encoding !== 'utf-8')
    throw placedError('encoding', file, { line: 1, column: 1 }, 'markContradicts', { encoding: declared ?? '' });
  holdTo(bytes, encoding, declared, file);
  const places = new Places(bytes, encoding);
  try {
    const decoder = strictDecoder(encoding);
    const textOf = ({ from, to }: { from: number; to: number }) => decoder.decode(bytes.subarray(from, to));
    return { file, bytes, encoding, markBytes, skeleton: skeleton(bytes, encoding), places, textOf };
  } catch (error) {
    if (!(error instanceof FourByteInGbkError)) throw error;
    throw placedError('encoding', file, places.at(error.offset), 'fourBytes', { encoding: declared ?? encoding });
  }
}

/** The name in the XML declaration. It is ASCII in every encoding that is read here. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const found = DECLARATION.exec(head);
  return found ? (found[1] ?? found[2]) : undefined;
}

function holdTo(bytes: Uint8Array, encoding: Encoding, declared: string | undefined, file: string): void {
  if (isWhole(bytes, encoding)) return;
  const offset = firstWrongByte(bytes, encoding);
  const place = new Places(bytes, encoding).at(offset);
  const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  if (declared === undefined) throw placedError('encoding', file, place, 'notUtf8', { byte });
  throw placedError('encoding', file, place, 'notAsDeclared', { byte, encoding: declared });
}

function isWhole(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    strictDecoder(encoding).decode(bytes);
    return true;
  } catch {
    // Which byte it was is looked for by the caller: the platform does not say.
    return false;
  }
}

/** Where the first character begins that is none: the file is halved until the first byte is found that makes it wrong. */
function firstWrongByte(bytes: Uint8Array, encoding: Encoding): number {
  const isRight = (length: number) => {
    try {
      strictDecoder(encoding).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      // A prefix that has the wrong byte in it.
      return false;
    }
  };
  let right = 0;
  let wrong = bytes.length;
  if (isRight(wrong)) right = wrong;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isRight(middle)) right = middle;
    else wrong = middle;
  }
  // The byte that makes it wrong may be the second of a character, or the end of the file.
  let start = Math.max(0, wrong - 1);
  while (start > 0 && !isWhole(bytes.subarray(0, start), encoding)) start -= 1;
  return start;
}
