import { TextDecoder } from 'node:util';
import { fourByteCode, twoByteCode } from './gb-codes.ts';

/** What files are read and written in. GB2312 is read as the GBK that such files are in truth. */
export type Encoding = 'utf-8' | 'gbk' | 'gb2312' | 'gb18030';

const NAMES: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gbk: 'gbk',
  'x-gbk': 'gbk',
  cp936: 'gbk',
  ms936: 'gbk',
  'windows-936': 'gbk',
  gb2312: 'gb2312',
  'gb_2312-80': 'gb2312',
  'euc-cn': 'gb2312',
  gb18030: 'gb18030',
  'gb18030-2000': 'gb18030',
  'gb18030-2005': 'gb18030',
  'gb18030-2022': 'gb18030',
};

/** The encoding that a declaration names; undefined: one that is not read here. */
export function encodingNamed(name: string): Encoding | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(NAMES, lower) ? NAMES[lower] : undefined;
}

/** A decoder that gives every byte its meaning or throws; a byte order mark is no exception. */
export function strictDecoder(encoding: Encoding): TextDecoder {
  return new TextDecoder(encoding === 'gb2312' ? 'gbk' : encoding, { fatal: true, ignoreBOM: true });
}

/** A character that an encoding has no code for. */
export class UnencodableError extends Error {
  readonly character: string;
  readonly encoding: Encoding;
  constructor(character: string, encoding: Encoding) {
    super(`${encoding} has no code for U+${character.codePointAt(0)?.toString(16).toUpperCase()}`);
    this.name = 'UnencodableError';
    this.character = character;
    this.encoding = encoding;
  }
}

/** A text in an encoding. Throws {@link UnencodableError} for the first character that it cannot hold. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint < 0x80) bytes.push(codePoint);
    else bytes.push(...encodeOne(character, codePoint, encoding));
  }
  return Uint8Array.from(bytes);
}

function encodeOne(character: string, codePoint: number, encoding: Encoding): readonly number[] {
  // A surrogate alone is no character.
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) throw new UnencodableError(character, encoding);
  if (encoding === 'utf-8') return [...Buffer.from(character, 'utf8')];
  const two = twoByteCode(codePoint);
  if (encoding === 'gb18030') {
    const code = two ?? fourByteCode(codePoint);
    if (code === undefined) throw new UnencodableError(character, encoding);
    return bytesOf(code);
  }
  // Windows, Java and the WHATWG have the euro sign here; GBK has no other code for it.
  if (encoding === 'gbk' && codePoint === 0x20ac) return [0x80];
  if (two === undefined || !(encoding === 'gbk' ? isGbk(two, codePoint) : isGb2312(two, codePoint)))
    throw new UnencodableError(character, encoding);
  return bytesOf(two);
}

function bytesOf(code: number): number[] {
  const high = Math.floor(code / 0x1_00_00);
  const low = [(code >> 8) & 0xff, code & 0xff];
  return high === 0 ? low : [(high >> 8) & 0xff, high & 0xff, ...low];
}

const isPrivate = (codePoint: number) => codePoint >= 0xe000 && codePoint <= 0xf8ff;

/**
 * The two-byte codes that GBK itself has. The platform reads what GB18030 added later as well; other readers of GBK
 * do not, so it is not written.
 */
function isGbk(code: number, codePoint: number): boolean {
  if (isPrivate(codePoint) || codePoint > 0xffff || code >= 0xfe50 || code === 0xa2e3) return false;
  const isLater = code === 0xa8bc || code === 0xa8bf || (code >= 0xa989 && code <= 0xa995);
  return !isLater && !(codePoint >= 0xfe10 && codePoint <= 0xfe19);
}

/** Both bytes from A1, without what GBK filled the gaps with. */
function isGb2312(code: number, codePoint: number): boolean {
  const lead = code >> 8;
  const isInSquare = lead >= 0xa1 && lead <= 0xf7 && (code & 0xff) >= 0xa1 && !(lead >= 0xaa && lead <= 0xaf);
  const isFilled =
    (code >= 0xa2a1 && code <= 0xa2aa) || (code >= 0xa6e0 && code <= 0xa6f5) || (code >= 0xa8bb && code <= 0xa8c0);
  return isInSquare && !isFilled && isGbk(code, codePoint);
}
