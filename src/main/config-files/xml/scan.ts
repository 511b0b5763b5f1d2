import type { DecodedFile } from '../text/decode.ts';
import { encode } from '../text/encodings.ts';
import { isXmlName, isXmlSpace } from './characters.ts';
import { Cursor } from './cursor.ts';
import { wrongReference } from './references.ts';
import type { XmlAttribute, XmlElement } from './tree.ts';

export const MAX_DEPTH = 64;
export const MAX_ELEMENTS = 1_000_000;
/** More on one element is no configuration. */
const MAX_ATTRIBUTES = 1_000;
const MAX_NAME_BYTES = 1_024;

/** The declaration's own syntax, once its end is known. */
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"(\d\.\d+)"|'(\d\.\d+)')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/;
/** What UTF-8 and GB18030 can encode and XML forbids. */
const NONCHARACTER = /[\ufffe\uffff]/;

/**
 * The elements of a file, by byte offsets. Strictly XML 1.0 without a DTD: a DOCTYPE, and with it every entity but the
 * five predefined ones, is refused, as is what is nested too deep. Throws {@link ConfigFileError} with the place.
 */
export function scanXml(source: DecodedFile): XmlElement {
  return new Scanner(source).document();
}

class Scanner {
  readonly #cursor: Cursor;
  /** Names in a file are few; each is judged once. */
  readonly #names = new Map<string, string>();
  #elements = 0;
  /** How deep the current element is. */
  #depth = 0;

  constructor(source: DecodedFile) {
    this.#cursor = new Cursor(source);
  }

  document(): XmlElement {
    const cursor: Cursor = this.#cursor;
    this.#characters();
    this.#declaration();
    this.#around();
    if (cursor.atEnd) cursor.fail('malformed', 'noElement');
    if (!cursor.startsWith('<')) cursor.fail('malformed', 'textOutside');
    const root = this.#startTag(null);
    if (!root.isSelfClosed) this.#content(root);
    this.#around();
    if (!cursor.atEnd) cursor.fail('malformed', cursor.startsWith('<') ? 'secondRoot' : 'textOutside');
    return root;
  }

  #characters(): void {
    const { text, source } = this.#cursor;
    const control = CONTROL.exec(text);
    if (control) this.#cursor.fail('malformed', 'control', { code: control[0].charCodeAt(0) }, control.index);
    const whole = { from: 0, to: source.bytes.length };
    const found = NONCHARACTER.exec(source.textOf(whole));
    if (!found) return;
    const before = found.input.slice(0, found.index);
    this.#cursor.fail('malformed', 'control', { code: found[0].charCodeAt(0) }, encode(before, source.encoding).length);
  }

  #declaration(): void {
    const cursor: Cursor = this.#cursor;
    if (!/^<\?xml[ \t\r\n?]/.test(cursor.text.slice(cursor.at, cursor.at + 6))) return;
    const from = cursor.at;
    cursor.past('?>', from);
    const found = DECLARATION.exec(cursor.text.slice(from, cursor.at));
    if (!found) cursor.fail('malformed', 'declaration', {}, from);
    const version = found[1] ?? found[2] ?? '';
    if (version !== '1.0') cursor.fail('forbidden', 'version', { version }, from);
  }

  /** What may stand before and after the root element. */
  #around(): void {
    const cursor: Cursor = this.#cursor;
    for (;;) {
      cursor.space();
      if (cursor.startsWith('<!--')) this.#comment();
      else if (cursor.startsWith('<?')) this.#instruction();
      else if (cursor.startsWith('<!DOCTYPE')) cursor.fail('forbidden', 'doctype');
      else return;
    }
  }

  #comment(): void {
    const cursor: Cursor = this.#cursor;
    const from = cursor.at;
    cursor.at += 4;
    const end = cursor.past('--', from);
    if (!cursor.startsWith('>')) cursor.fail('malformed', 'comment', {}, end);
    cursor.at += 1;
  }

  #instruction(): void {
    const cursor: Cursor = this.#cursor;
    const from = cursor.at;
    cursor.at += 2;
    const name = this.#name();
    if (/^xml$/i.test(name)) cursor.fail('malformed', 'lateDeclaration', {}, from);
    if (!cursor.startsWith('?>') && !cursor.space()) cursor.fail('malformed', 'expected', { expected: '?>' });
    cursor.past('?>', from);
  }

  #name(): string {
    const cursor: Cursor = this.#cursor;
    const found = cursor.name();
    if (!found) cursor.fail('malformed', 'name');
    if (found.to - found.from > MAX_NAME_BYTES)
      cursor.fail('forbidden', 'longName', { most: MAX_NAME_BYTES }, found.from);
    const raw = cursor.text.slice(found.from, found.to);
    const known = this.#names.get(raw);
    // Two names of one skeleton differ in bytes that the skeleton of GBK has no more.
    if (known !== undefined) return known;
    const isAscii = /^[\0-\x7f]*$/.test(raw);
    const name = isAscii ? raw : cursor.source.textOf(found);
    if (!isXmlName(name)) cursor.fail('malformed', 'name', {}, found.from);
    if (isAscii) this.#names.set(raw, name);
    return name;
  }

  #startTag(parent: XmlElement | null): XmlElement {
    const cursor: Cursor = this.#cursor;
    const from = cursor.at;
    cursor.at += 1;
    if (cursor.startsWith('!DOCTYPE')) cursor.fail('forbidden', 'doctype', {}, from);
    const name = this.#name();
    if (++this.#elements > MAX_ELEMENTS) cursor.fail('forbidden', 'manyElements', { most: MAX_ELEMENTS }, from);
    if (this.#depth >= MAX_DEPTH) cursor.fail('forbidden', 'deep', { most: MAX_DEPTH }, from);
    const attributes = this.#attributes(from);
    const isSelfClosed = cursor.startsWith('/>');
    if (!isSelfClosed && !cursor.startsWith('>')) cursor.fail('malformed', 'tag', { name });
    cursor.at += isSelfClosed ? 2 : 1;
    const { at } = cursor;
    return { name, parent, from, startTagTo: at, to: at, isSelfClosed, attributes, children: [], runs: [] };
  }

  #attributes(tagFrom: number): XmlAttribute[] {
    const cursor: Cursor = this.#cursor;
    const attributes: XmlAttribute[] = [];
    const seen = new Set<string>();
    for (;;) {
      const hasSpace = cursor.space();
      if (cursor.atEnd) cursor.fail('malformed', 'unended', { expected: '>' }, tagFrom);
      if (cursor.startsWith('/') || cursor.startsWith('>')) return attributes;
      if (!hasSpace) cursor.fail('malformed', 'expected', { expected: '>' });
      const at = cursor.at;
      const attribute = this.#attribute();
      if (seen.has(attribute.name)) cursor.fail('malformed', 'sameAttribute', { name: attribute.name }, at);
      if (seen.add(attribute.name).size > MAX_ATTRIBUTES)
        cursor.fail('forbidden', 'manyAttributes', { most: MAX_ATTRIBUTES }, tagFrom);
      attributes.push(attribute);
    }
  }

  #attribute(): XmlAttribute {
    const cursor: Cursor = this.#cursor;
    const name = this.#name();
    cursor.space();
    cursor.expect('=');
    cursor.space();
    const quote = cursor.text[cursor.at];
    if (quote !== '"' && quote !== "'") cursor.fail('malformed', 'quote', { name });
    cursor.at += 1;
    const from = cursor.at;
    const to = cursor.past(quote, from);
    const lessThan = cursor.text.slice(from, to).indexOf('<');
    if (lessThan >= 0) cursor.fail('malformed', 'lessThan', { name }, from + lessThan);
    this.#references(from, to);
    return { name, from, to, quote };
  }

  #references(from: number, to: number): void {
    const wrong = wrongReference(this.#cursor.text.slice(from, to));
    if (wrong) this.#cursor.fail('malformed', 'reference', { reference: wrong.reference }, from + wrong.index);
  }

  /** The root's content to its end, without recursion: the depth is the file's. */
  #content(root: XmlElement): void {
    const cursor: Cursor = this.#cursor;
    let element = root;
    /** Where a stretch of text and CDATA began; negative: none is open. */
    let runFrom = cursor.at;
    const closeRun = () => addRun(element, cursor.text, runFrom, cursor.at);
    this.#depth = 1;
    for (;;) {
      this.#text(element);
      if (cursor.startsWith('<![CDATA[')) {
        cursor.past(']]>', cursor.at);
        continue;
      }
      closeRun();
      if (cursor.startsWith('<!--')) this.#comment();
      else if (cursor.startsWith('<?')) this.#instruction();
      else if (cursor.startsWith('</')) {
        this.#endTag(element);
        if (!element.parent) return;
        element = element.parent;
        this.#depth -= 1;
      } else {
        const child = this.#startTag(element);
        element.children.push(child);
        if (!child.isSelfClosed) {
          element = child;
          this.#depth += 1;
        }
      }
      runFrom = cursor.at;
    }
  }

  #text(element: XmlElement): void {
    const cursor: Cursor = this.#cursor;
    const from = cursor.at;
    const next = cursor.text.indexOf('<', from);
    if (next < 0) cursor.fail('malformed', 'unclosed', { name: element.name }, element.from);
    const text = cursor.text.slice(from, next);
    const end = text.indexOf(']]>');
    if (end >= 0) cursor.fail('malformed', 'cdataEnd', {}, from + end);
    if (text.includes('&')) this.#references(from, next);
    cursor.at = next;
  }

  #endTag(element: XmlElement): void {
    const cursor: Cursor = this.#cursor;
    const from = cursor.at;
    cursor.at += 2;
    const name = this.#name();
    if (name !== element.name) cursor.fail('malformed', 'endTag', { name, open: element.name }, from);
    cursor.space();
    cursor.expect('>');
    element.to = cursor.at;
  }
}

/** A stretch counts without the white space around it; one of white space alone does not count. */
function addRun(element: XmlElement, text: string, from: number, to: number): void {
  let first = from;
  let last = to;
  while (first < last && isXmlSpace(text[first])) first += 1;
  while (last > first && isXmlSpace(text[last - 1])) last -= 1;
  if (first < last) element.runs.push({ from: first, to: last });
}
