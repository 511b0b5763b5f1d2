import { describe, expect, it, vi } from 'vitest';
import {
  type Encoding,
  encode,
  encodingNamed,
  UnencodableError,
} from '../../../src/main/config-files/text/encodings.ts';

// The machine may be busy: these are long for unit tests.
vi.setConfig({ testTimeout: 60_000 });

const hex = (text: string, encoding: Encoding) => Buffer.from(encode(text, encoding)).toString('hex');
const refused = (text: string, encoding: Encoding) => {
  try {
    encode(text, encoding);
    return undefined;
  } catch (error) {
    return error instanceof UnencodableError ? error.character : error;
  }
};

/** Every character but the surrogates. */
function* allCharacters(last: number): Generator<string> {
  for (let codePoint = 0; codePoint <= last; codePoint++)
    if (codePoint < 0xd800 || codePoint > 0xdfff) yield String.fromCodePoint(codePoint);
}

describe('encoding', () => {
  it('has the codes of the standards', () => {
    // From the tables of GBK, GB18030-2005 and the WHATWG.
    expect(hex('宽途主备A', 'gbk')).toBe('bfedcdbed6f7b1b841');
    expect(hex('乗\u3000·—', 'gbk')).toBe('815ca1a1a1a4a1aa');
    expect(hex('€', 'gbk')).toBe('80');
    expect(hex('€', 'gb18030')).toBe('a2e3');
    expect(hex('𠀀é㐀\u{10ffff}\uffff', 'gb18030')).toBe('95328236a8a68139ee39e3329a358431a439');
    expect(hex('é🙂', 'utf-8')).toBe('c3a9f09f9982');
  });

  it('refuses what an encoding does not have, by the character', () => {
    expect(refused('a𠀀', 'gbk')).toBe('𠀀');
    expect(refused('㐀', 'gbk')).toBe('㐀');
    expect(refused('\ue000', 'gbk')).toBe('\ue000');
    expect(refused('\u1e3f', 'gbk')).toBe('\u1e3f');
    expect(refused('乗', 'gb2312')).toBe('乗');
    expect(refused('ⅰ€', 'gb2312')).toBe('ⅰ');
    for (const encoding of ['utf-8', 'gbk', 'gb2312', 'gb18030'] as const)
      expect(refused('a\ud800', encoding)).toBe('\ud800');
  });

  it('is undone by the decoder for every character of GB18030', () => {
    // Of the private use area some have become others since, and have no code.
    const text = [...allCharacters(0x2ffff)]
      .filter((each) => !/\p{Co}/u.test(each) || refused(each, 'gb18030') === undefined)
      .join('');
    expect([...text].length).toBeGreaterThan(0x2ffff - 0x800 - 100);
    expect(new TextDecoder('gb18030', { fatal: true }).decode(encode(text, 'gb18030'))).toBe(text);
  });

  it('is undone by the decoder for every character that it takes in GBK and GB2312', () => {
    const taken = (encoding: Encoding) =>
      [...allCharacters(0xffff)].filter((each) => refused(each, encoding) === undefined);
    const gbk = taken('gbk');
    // ASCII, the euro sign, and the 21,791 characters that GBK has.
    expect(gbk.length).toBe(128 + 1 + 21_791);
    expect(new TextDecoder('gbk', { fatal: true }).decode(encode(gbk.join(''), 'gbk'))).toBe(gbk.join(''));
    const gb2312 = taken('gb2312');
    // ASCII, and the 7,445 characters that GB2312 has.
    expect(gb2312.length).toBe(128 + 7_445);
    const inGbk = new Set(gbk);
    expect(gb2312.filter((each) => !inGbk.has(each))).toEqual([]);
  });

  it('goes by its names in any case', () => {
    expect(['GBK', 'gb2312', 'GB18030', 'utf-8', 'CP936'].map(encodingNamed)).toEqual([
      'gbk',
      'gb2312',
      'gb18030',
      'utf-8',
      'gbk',
    ]);
    expect(['', 'latin1', 'big5', 'utf-16', 'constructor'].map(encodingNamed)).toEqual(Array(5).fill(undefined));
  });
});
