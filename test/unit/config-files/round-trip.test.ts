import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { type FieldName, parseDocument, planEdit, profileOfPicks, readFields } from '#main/config-files';
import { type Encoding, encode } from '../../../src/main/config-files/text/encodings.ts';

const SELECTORS = {
  'node.name': '/r/node/@name',
  'node.system': "/r/node/p[@k='system']/@v",
  'node.t2.port': '/r/node/t2/@port',
  'node.f2.port': '/r/node/f2',
  'mount.directory': '/r/dirs/mount',
  'redo.directory': "/r/dirs/redo[@n='own']",
} as const satisfies Partial<Record<FieldName, string>>;
type Field = keyof typeof SELECTORS;
const made = profileOfPicks('round-trip', SELECTORS);
if (!('profile' in made)) throw new Error('no profile');
const { profile } = made;

/** Characters that each encoding holds; in GBK some have `\`, `[`, `]`, `|` or a quote-like byte as their second. */
const CHARACTERS: Record<Encoding, string[]> = {
  'utf-8': [...'a1 _-.:<>&"\']é主备宽途乗俒🙂𠀀\u2028'],
  gbk: [...'a1 _-.:<>&"\']主备宽途乗俒俔亅丂亊€'],
  gb2312: [...'a1 _-.:<>&"\']主备宽途'],
  gb18030: [...'a1 _-.:<>&"\']主备宽途乗俒𠀀㐀é🙂€'],
};
const DECLARED: Record<Encoding, string[]> = {
  'utf-8': ['UTF-8', 'utf-8'],
  gbk: ['GBK', 'gbk', 'CP936'],
  gb2312: ['GB2312', 'gb2312'],
  gb18030: ['GB18030', 'gb18030'],
};

/** What a file is made of: text that no change may touch, and the values of fields. */
type Segment = string | { field: Field; raw: string };

interface Sample {
  encoding: Encoding;
  segments: Segment[];
  values: Record<Field, string>;
  settings: { field: Field; value: string }[];
}

const escaped = (value: string) => value.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const plainText = (value: string) => escaped(value).replace(/\]\]>/g, ']]&gt;');
const ends = (value: string) => value.replace(/^ +| +$/g, (spaces) => '&#32;'.repeat(spaces.length));

/** A value as it may stand in an attribute; `canonical` is how it would be written here. */
function attributeSpellings(value: string, quote: string): { canonical: string; other: string } {
  const canonical = escaped(value).replaceAll(quote, quote === '"' ? '&quot;' : '&apos;');
  const other = [...value].map((character) => `&#x${character.codePointAt(0)?.toString(16)};`).join('');
  return { canonical, other };
}

const sample: fc.Arbitrary<Sample> = fc
  .record({
    encoding: fc.constantFrom<Encoding>('utf-8', 'gbk', 'gb2312', 'gb18030'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    indent: fc.constantFrom('  ', '\t', '', ' \t '),
    mark: fc.boolean(),
  })
  .chain((style) => {
    const text = fc.string({ unit: fc.constantFrom(...CHARACTERS[style.encoding]), minLength: 1, maxLength: 12 });
    const name = text.filter((value) => !/^\.{1,2}$/.test(value) && value === value.trim());
    const path = text.filter((value) => value.trim() !== '');
    const port = fc.integer({ min: 1, max: 65_535 }).map(String);
    const values = () =>
      fc.record<Record<Field, string>>({
        'node.name': name,
        'node.system': name,
        'node.t2.port': port,
        'node.f2.port': port,
        'mount.directory': path,
        'redo.directory': path,
      });
    return fc
      .record({
        declared: fc.constantFrom(...DECLARED[style.encoding]),
        values: values(),
        next: values(),
        changed: fc.subarray(Object.keys(SELECTORS) as Field[], { minLength: 1 }),
        quotes: fc.array(fc.constantFrom('"', "'"), { minLength: 4, maxLength: 4 }),
        spelled: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        textStyles: fc.array(fc.constantFrom('plain', 'cdata', 'indented', 'mixed'), { minLength: 3, maxLength: 3 }),
        comments: fc.array(text, { minLength: 4, maxLength: 4 }),
        empties: fc.boolean(),
      })
      .map((parts) => {
        const settings = parts.changed.map((field) => ({ field, value: parts.next[field] }));
        return { encoding: style.encoding, values: parts.values, settings, segments: segmentsOf(style, parts) };
      });
  });

interface Parts {
  declared: string;
  values: Record<Field, string>;
  quotes: string[];
  spelled: boolean[];
  textStyles: string[];
  comments: string[];
  empties: boolean;
}

function segmentsOf(
  { lineEnd, indent, mark, encoding }: { lineEnd: string; indent: string; mark: boolean; encoding: Encoding },
  { declared, values, quotes, spelled, textStyles, comments, empties }: Parts,
): Segment[] {
  const segments: Segment[] = [mark && encoding === 'utf-8' ? '\ufeff' : ''];
  const line = (...parts: Segment[]) => segments.push(...parts, lineEnd);
  const comment = (index: number) => `<!-- ${comments[index]?.replace(/-/g, '_')} <port>1</port> -->`;
  const attribute = (index: number, field: Field): Segment[] => {
    const quote = quotes[index] ?? '"';
    const { canonical, other } = attributeSpellings(values[field], quote);
    return [quote, { field, raw: spelled[index] ? other : canonical }, quote];
  };
  const content = (index: number, field: Field): Segment[] => {
    const value = values[field];
    const plain = ends(plainText(value));
    const style = textStyles[index];
    if (style === 'cdata') return ['<![CDATA[', { field, raw: value.replaceAll(']]>', ']]]]><![CDATA[>') }, ']]>'];
    if (style === 'indented') return [`${lineEnd}${indent}${indent}`, { field, raw: plain }, `${lineEnd}${indent}`];
    if (style === 'mixed') return [comment(0), ' ', { field, raw: `<![CDATA[]]>${plain}` }, `${indent}<?pi x?>`];
    return [{ field, raw: plain }];
  };
  line(`<?xml version="1.0" encoding="${declared}"?>`);
  line(comment(0));
  line('<r>', comment(1));
  line(indent, '<node  name = ', ...attribute(0, 'node.name'), "  other='&lt;\"'>");
  line(indent, indent, '<p k="x" v="1"/><p k=\'system\'  v=', ...attribute(1, 'node.system'), ' /><p k="y"/>');
  line(indent, indent, '<t2 port=', ...attribute(2, 'node.t2.port'), empties ? '/>' : '></t2>', comment(2));
  line(indent, indent, '<f2>', ...content(0, 'node.f2.port'), '</f2 >');
  line(indent, '</node>');
  line('<dirs>', '<mount>', ...content(1, 'mount.directory'), '</mount>');
  line(
    '<redo n="other">',
    plainText(comments[3] ?? ''),
    "</redo><redo n='own'>",
    ...content(2, 'redo.directory'),
    '</redo>',
  );
  line('</dirs><![CDATA[ <r> ]]>', '</r>');
  line(comment(3));
  return segments;
}

const bytesOf = (text: string, encoding: Encoding) => Buffer.from(encode(text, encoding));
const rawOf = (segment: Segment) => (typeof segment === 'string' ? segment : segment.raw);

/** The values that another parser reads. */
function readByAnother(bytes: Uint8Array, encoding: Encoding): string[] {
  const read: string[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  let text = '';
  const take = (more: string) => {
    text += more;
  };
  const end = () => {
    read.push(text);
    text = '';
  };
  parser.on('opentag', ({ attributes }) => {
    end();
    read.push(...Object.values(attributes).map(String));
  });
  parser.on('closetag', end);
  parser.on('text', take);
  parser.on('cdata', take);
  parser.write(new TextDecoder(encoding).decode(bytes)).close();
  return read;
}

describe('a thousand generated files', () => {
  it('keep every byte outside the changed values, read back what was set, and can be set back', () => {
    fc.assert(
      fc.property(sample, ({ encoding, segments, values, settings }) => {
        const original = bytesOf(segments.map(rawOf).join(''), encoding);
        const base = parseDocument(original, 'f.xml');
        const read = readFields(base, profile);
        for (const [field, value] of Object.entries(values)) expect(read.fields.get(field as Field)?.value).toBe(value);

        const plan = planEdit(base, profile, settings);
        expect(plan.findings.filter(({ said }) => !PORTS.includes(said.key))).toEqual([]);
        const { next, changes } = plan;
        // What may be changed is known from how the file was made, not from what the plan says.
        const expected = segments.map((segment) => {
          const change = typeof segment === 'string' ? undefined : changes.find(({ field }) => field === segment.field);
          const old = bytesOf(rawOf(segment), encoding);
          if (change && change.range.to - change.range.from !== old.length)
            throw new Error(`${change.field}: another range`);
          return change ? Buffer.from(change.bytes) : old;
        });
        expect(Buffer.concat(expected).equals(Buffer.from(next.bytes))).toBe(true);

        const after = readFields(next, profile);
        const others = readByAnother(next.bytes, encoding).map((text) => text.trim());
        for (const { field, value } of settings) {
          expect(after.fields.get(field)?.value).toBe(value);
          expect(others.some((text) => text.includes(value.trim()))).toBe(true);
        }

        const back = planEdit(
          next,
          profile,
          settings.map(({ field }) => ({ field, value: values[field] })),
        );
        const again = readFields(back.next, profile);
        for (const [field, value] of Object.entries(values))
          expect(again.fields.get(field as Field)?.value).toBe(value);
        const wasCanonical = settings.every(({ field }) => isCanonical(segments, field, values[field]));
        if (wasCanonical) expect(Buffer.from(back.next.bytes).equals(original)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});

const PORTS = ['configFile.samePorts'];

/** Whether a value stood in the file as this product would write it there. */
function isCanonical(segments: readonly Segment[], field: Field, value: string): boolean {
  const index = segments.findIndex((segment) => typeof segment !== 'string' && segment.field === field);
  const segment = segments[index];
  const before = segments[index - 1];
  if (typeof segment !== 'object' || typeof before !== 'string') return false;
  if (before === '"' || before === "'") return segment.raw === attributeSpellings(value, before).canonical;
  if (before.endsWith('<![CDATA[')) return true;
  return segment.raw === ends(plainText(value));
}
