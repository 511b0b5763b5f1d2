import { SaxesParser } from 'saxes';
import { TodbFileError } from './todb-error.ts';

/** An element as far as its meaning goes: texts are trimmed and joined, comments and instructions left out. */
export interface XmlElement {
  name: string;
  attributes: Map<string, string>;
  children: (XmlElement | string)[];
  /** Where it begins, from 1. */
  line: number;
}

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 16;
/** Chinese systems of age write their files in GBK. */
const ENCODINGS = ['utf-8', 'gbk', 'gb2312', 'gb18030'];

/**
 * Parses a small XML document, strictly: no DOCTYPE (and so no entities but the five predefined ones), at most 64 KiB and
 * 16 levels. Throws {@link TodbFileError}.
 */
export function parseXml(bytes: Uint8Array, file: string): XmlElement {
  if (bytes.byteLength > MAX_BYTES)
    throw new TodbFileError(file, null, `has ${bytes.byteLength} bytes; at most ${MAX_BYTES} are read`);
  const tree = new TreeBuilder(file);
  tree.parse(decode(bytes, file));
  return tree.root();
}

class TreeBuilder {
  readonly #file: string;
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #text = '';

  constructor(file: string) {
    this.#file = file;
    this.#parser.on('error', (error) => this.#fail(error.message.replace(/^\d+:\d+: /, '')));
    this.#parser.on('doctype', () => this.#fail('a DOCTYPE is not allowed'));
    this.#parser.on('opentag', (tag) => this.#begin(tag.name, tag.attributes));
    this.#parser.on('closetag', () => this.#end());
    this.#parser.on('text', (text) => this.#take(text));
    this.#parser.on('cdata', (text) => this.#take(text));
  }

  parse(text: string): void {
    this.#parser.write(text).close();
  }

  root(): XmlElement {
    if (!this.#root) throw new TodbFileError(this.#file, null, 'holds no element');
    return this.#root;
  }

  #begin(name: string, attributes: Record<string, string>): void {
    this.#closeText();
    const element = { name, attributes: new Map(Object.entries(attributes)), children: [], line: this.#parser.line };
    this.#open.at(-1)?.children.push(element);
    this.#root ??= element;
    this.#open.push(element);
    if (this.#open.length > MAX_DEPTH) this.#fail(`elements are nested more than ${MAX_DEPTH} deep`);
  }

  #end(): void {
    this.#closeText();
    this.#open.pop();
  }

  #take(text: string): void {
    this.#text += text;
  }

  #closeText(): void {
    const text = this.#text.trim();
    this.#text = '';
    if (text !== '') this.#open.at(-1)?.children.push(text);
  }

  #fail(detail: string): never {
    throw new TodbFileError(this.#file, this.#parser.line, detail);
  }
}

function decode(bytes: Uint8Array, file: string): string {
  const declaration = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.-]+)["']/.exec(
    new TextDecoder('latin1').decode(bytes.subarray(0, 200)).replace(/^ï»¿/, ''),
  );
  const encoding = declaration?.[1]?.toLowerCase() ?? 'utf-8';
  if (!ENCODINGS.includes(encoding))
    throw new TodbFileError(file, 1, `its encoding is ${encoding}; UTF-8 and GBK are read`);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TodbFileError(file, null, `is not ${encoding.toUpperCase()} text`, { cause: error });
  }
}
