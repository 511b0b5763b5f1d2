import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDigest, parseTodb, readTodbFile, TodbFileError } from '#core/local-database';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseTodb(bytes(text), '/etc/kuantu/Todb_mt.xml');
const digest = (text: string) => canonicalDigest(bytes(text));
const sqlite = '<todb name="mt"><database type="sqlite" file="kuantu.db"/></todb>';

describe('a Todb file', () => {
  it('names a SQLite file, relative to its own folder', () => {
    expect(parse(sqlite)).toEqual({
      name: 'mt',
      database: { type: 'sqlite', file: '/etc/kuantu/kuantu.db' },
      digest: digest(sqlite),
    });
    expect(parse(sqlite.replace('kuantu.db', '/var/lib/kuantu.db')).database).toMatchObject({
      file: '/var/lib/kuantu.db',
    });
  });

  it('names a PostgreSQL database, with its port and password file where they are given', () => {
    const text =
      '<todb name="mt"><database type="postgresql" host="db" port="5433" database="d" user="u" passwordFile="p"/></todb>';
    expect(parse(text).database).toEqual({
      type: 'postgresql',
      host: 'db',
      port: 5433,
      database: 'd',
      user: 'u',
      passwordFile: '/etc/kuantu/p',
    });
    expect(parse(text.replace(/ (port|passwordFile)="\w+"/g, '')).database).toEqual({
      type: 'postgresql',
      host: 'db',
      port: 5432,
      database: 'd',
      user: 'u',
    });
  });

  it('is read in GBK where it says so', () => {
    const gbk = Buffer.from(
      sqlite.replace('"mt"', '"@"').replace('<todb', '<?xml version="1.0" encoding="GBK"?><todb'),
    );
    const at = gbk.indexOf('@');
    const text = Buffer.concat([gbk.subarray(0, at), Buffer.from([0xbf, 0xed, 0xcd, 0xbe]), gbk.subarray(at + 1)]);
    expect(parseTodb(text, 'Todb.xml').name).toBe('宽途');
    expect(canonicalDigest(text)).toBe(digest(sqlite.replace('"mt"', '"宽途"')));
  });

  it.each<[string, string, number | null, RegExp]>([
    ['a DOCTYPE', `<!DOCTYPE todb>\n${sqlite}`, 1, /DOCTYPE/],
    ['an entity of its own', '<!DOCTYPE todb [<!ENTITY x "y">]>\n<todb name="&x;"/>', 1, /DOCTYPE/],
    ['an unknown entity', '<todb\nname="&nbsp;"/>', 2, /entity/i],
    ['an element that is not closed', '<todb name="mt">\n<database>', 2, /unclosed/i],
    ['nothing at all', '', 1, /root element/i],
    ['text after the root', `${sqlite}\nx`, 2, /text/i],
    ['an attribute given twice', '<todb name="a" name="b"/>', 1, /duplicate/i],
    ['another root', '\n<orders name="mt"/>', 2, /<orders>, not <todb>/],
    ['no database', '<todb name="mt"></todb>', 1, /one <database>/],
    [
      'two databases',
      `<todb name="mt">\n${'<database type="sqlite" file="a"/>\n'.repeat(2)}</todb>`,
      3,
      /one <database>/,
    ],
    ['text in between', '<todb name="mt">hm</todb>', 1, /no text/],
    ['an unknown kind', '<todb name="mt">\n<database type="oracle"/></todb>', 2, /type/],
    ['a misspelt attribute', '<todb name="mt"><database type="sqlite" file="a" fiel="b"/></todb>', 1, /fiel/],
    [
      'a port that is none',
      '<todb name="mt">\n<database type="postgresql" host="h" port="70000" database="d" user="u"/></todb>',
      2,
      /port/,
    ],
    [
      'a port that is no number',
      '<todb name="mt"><database type="postgresql" host="h" port="1e3" database="d" user="u"/></todb>',
      1,
      /port/,
    ],
    ['a missing file', '<todb name="mt"><database type="sqlite"/></todb>', 1, /attribute file: is missing/],
    ['elements nested deeply', '<a>'.repeat(17) + '</a>'.repeat(17), 1, /16 deep/],
    ['an encoding nobody reads', `<?xml version="1.0" encoding="UTF-16"?>${sqlite}`, 1, /utf-16/],
    ['too much', `${sqlite}${' '.repeat(65_536)}`, null, /65536/],
  ])('is refused with %s, by file and line', (_what, text, line, detail) => {
    const error = thrown(() => parse(text));
    expect(error).toMatchObject({ file: '/etc/kuantu/Todb_mt.xml', line });
    expect(error.detail).toMatch(detail);
    expect(error.message).toBe(`/etc/kuantu/Todb_mt.xml${line === null ? '' : `:${line}`}: ${error.detail}`);
  });

  it('is refused where it is not the text that it says to be', () => {
    expect(thrown(() => parseTodb(new Uint8Array([0x3c, 0xff, 0xfe]), 'T.xml')).message).toBe(
      'T.xml: is not UTF-8 text',
    );
  });

  it('is read from disk, and says which file is not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kuantu-todb-'));
    const file = join(folder, 'Todb_mt.xml');
    await expect(readTodbFile(file)).rejects.toMatchObject({ file, line: null, name: 'TodbFileError' });
    writeFileSync(file, sqlite);
    expect((await readTodbFile(file)).database).toEqual({ type: 'sqlite', file: join(folder, 'kuantu.db') });
    rmSync(folder, { recursive: true });
  });

  it('never makes the parser throw anything but its own error', () => {
    const pieces = fc.constantFrom(
      '<todb',
      '<a>',
      '</a>',
      '/>',
      '>',
      ' x="1"',
      '&lt;',
      '&#0;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
        try {
          parse(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(TodbFileError);
        }
      }),
    );
  });
});

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: (Element | string)[];
}

const name = fc.constantFrom('todb', 'database', 'a', 'b.c');
const value = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '<', '&', '"', "'", '路', '/') });
const text = value.map((string) => `t${string}t`);
const attributes = fc.dictionary(fc.constantFrom('x', 'y', 'z', 'w'), value);
const { element } = fc.letrec<{ element: Element }>((tie) => ({
  element: fc.record({
    name,
    attributes,
    children: fc.array(fc.oneof({ depthSize: 'small' }, text, tie('element')), { maxLength: 3 }).map(withoutTextPairs),
  }),
}));

/** Two texts side by side are one. */
function withoutTextPairs(children: (Element | string)[]): (Element | string)[] {
  return children.filter((child, index) => typeof child !== 'string' || typeof children[index - 1] !== 'string');
}

const escaped = (string: string) => string.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

function plain({ name, attributes, children }: Element): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : plain(child)));
  return `<${name}${list.join('')}>${inner.join('')}</${name}>`;
}

/** The same document in another hand. */
function otherwise({ name, attributes, children }: Element, pick: () => number): string {
  const space = () => ['', '\n  ', '\r\n\t', '<!-- x -->', '<?note y?>'][pick() % 5] ?? '';
  const list = Object.entries(attributes)
    .sort(() => (pick() % 2 === 0 ? 1 : -1))
    .map(([key, value]) =>
      pick() % 2 === 0 ? `\r\n ${key} = '${escaped(value).replace(/'/g, '&apos;')}'` : ` ${key}="${escaped(value)}"`,
    );
  if (children.length === 0 && pick() % 2 === 0) return `<${name}${list.join('')} />`;
  const inner = children.map((child) => {
    if (typeof child !== 'string') return otherwise(child, pick);
    return pick() % 2 === 0 && !child.includes(']]>') ? `<![CDATA[${child}]]>` : escaped(child);
  });
  return `<${name}${list.join('')}\n>${space()}${inner.map((part) => part + space()).join('')}</${name} >`;
}

describe('the digest of a Todb file', () => {
  it('is a SHA-256 that never changes for a file', () => {
    expect(digest(sqlite)).toMatch(/^[0-9a-f]{64}$/);
    expect(digest('<a/>')).toBe('2bd4aa01326115da64b1b488cd94ea10399a123728e18a3b83a2713dd3e31620');
  });

  it('does not depend on how the document is written down', () => {
    fc.assert(
      fc.property(element, fc.infiniteStream(fc.nat(59)), (tree, choices) => {
        const pick = () => choices.next().value as number;
        const declaration = pick() % 2 === 0 ? '<?xml version="1.0" encoding="utf-8"?>\r\n' : '\uFEFF';
        expect(digest(declaration + otherwise(tree, pick))).toBe(digest(plain(tree)));
      }),
    );
  });

  it('is another one for every other document', () => {
    fc.assert(
      fc.property(element, element, (one, other) => {
        fc.pre(plain(sorted(one)) !== plain(sorted(other)));
        expect(digest(plain(one))).not.toBe(digest(plain(other)));
      }),
    );
  });

  it.each([
    ['a value', sqlite.replace('kuantu.db', 'kuantu2.db')],
    ['white space within a value', sqlite.replace('kuantu.db', 'kuantu .db')],
    ['an element name', sqlite.replace('<database', '<Database')],
    ['an attribute name', sqlite.replace('file=', 'path=')],
    ['an attribute more', sqlite.replace('file=', 'a="" file=')],
    ['a text', sqlite.replace('</todb>', 'x</todb>')],
  ])('changes with %s', (_what, changed) => {
    expect(digest(changed)).not.toBe(digest(sqlite));
  });

  it('changes with the order of elements', () => {
    expect(digest('<t><a/><b/></t>')).not.toBe(digest('<t><b/><a/></t>'));
    expect(digest('<t><a/>x</t>')).not.toBe(digest('<t>x<a/></t>'));
    expect(digest('<t><a><b/></a></t>')).not.toBe(digest('<t><a/><b/></t>'));
  });
});

function sorted({ name, attributes, children }: Element): Element {
  return {
    name,
    attributes: Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))),
    children: children.map((child) => (typeof child === 'string' ? child : sorted(child))),
  };
}

function thrown(work: () => unknown): TodbFileError {
  try {
    work();
  } catch (error) {
    if (error instanceof TodbFileError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
