/**
 * The codes of GBK and GB18030, taken from the platform's own decoder: what it reads back is by construction what was
 * meant. The tables are made when they are first needed (about 25 ms and 50 ms).
 */
const LEADS = { from: 0x81, to: 0xfe };
const LINE_FEED = 0x0a;
/** The four-byte codes of the basic plane have these first bytes. */
const FOUR_BYTE_LEADS = { from: 0x81, to: 0x84 };
const SUPPLEMENTARY_LEAD = 0x90;
/** What stands for codes of no character has a code of its own. */
const REPLACEMENT = { codePoint: 0xfffd, code: 0x84_31_a4_37 };

let twoBytes: Map<number, number> | undefined;
let fourBytes: Map<number, number> | undefined;

/** The two-byte code of a character, as a number; undefined: it has none. */
export function twoByteCode(codePoint: number): number | undefined {
  twoBytes ??= codes(allTwoBytes(), 2);
  return twoBytes.get(codePoint);
}

/** The four-byte code of a character in GB18030. Undefined: it has none, as surrogates. */
export function fourByteCode(codePoint: number): number | undefined {
  if (codePoint > 0xffff) return linearCode(codePoint - 0x10000);
  fourBytes ??= codes(allFourBytes(), 4);
  return fourBytes.get(codePoint);
}

/** The supplementary planes follow each other without a gap. */
function linearCode(index: number): number {
  const fourth = 0x30 + (index % 10);
  const third = 0x81 + (Math.floor(index / 10) % 126);
  const second = 0x30 + (Math.floor(index / 1_260) % 10);
  const first = SUPPLEMENTARY_LEAD + Math.floor(index / 12_600);
  return first * 0x1_00_00_00 + second * 0x1_00_00 + third * 0x1_00 + fourth;
}

function* allTwoBytes(): Generator<number> {
  for (let lead = LEADS.from; lead <= LEADS.to; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) yield lead * 0x1_00 + trail;
}

function* allFourBytes(): Generator<number> {
  for (let first = FOUR_BYTE_LEADS.from; first <= FOUR_BYTE_LEADS.to; first++)
    for (let second = 0x30; second <= 0x39; second++)
      for (let third = 0x81; third <= 0xfe; third++)
        for (let fourth = 0x30; fourth <= 0x39; fourth++)
          yield first * 0x1_00_00_00 + second * 0x1_00_00 + third * 0x1_00 + fourth;
}

/** Decodes every code on a line of its own. Of two codes for one character the lower one is that of the standard. */
function codes(all: Iterable<number>, length: 2 | 4): Map<number, number> {
  const given = [...all];
  const bytes = Buffer.alloc(given.length * (length + 1), LINE_FEED);
  given.forEach((code, index) => {
    bytes.writeUIntBE(code, index * (length + 1), length);
  });
  const lines = new TextDecoder('gb18030').decode(bytes).split('\n');
  const table = new Map<number, number>();
  given.forEach((code, index) => {
    const line = lines[index] ?? '';
    const codePoint = line.codePointAt(0);
    // What no character has is replaced, or falls apart into several.
    const isOne = codePoint !== undefined && line.length === String.fromCodePoint(codePoint).length;
    const isReplaced = codePoint === REPLACEMENT.codePoint && code !== REPLACEMENT.code;
    if (isOne && !isReplaced && !table.has(codePoint)) table.set(codePoint, code);
  });
  return table;
}
