import { parseXml, type XmlElement } from './xml.ts';

/** What is not to be shown of a Todb file. */
const SECRET = /passw|pwd|secret|token/i;
const HIDDEN = '(hidden)';

/**
 * What a Todb file says, as the canonical form of its comparison has it (F7): a place in the file and its value, in the
 * order of the file. A secret's value is not among them; `digest` tells secrets apart all the same. Throws
 * {@link TodbFileError}.
 */
export function todbEntries(bytes: Uint8Array, file: string): Map<string, string> {
  const entries = new Map<string, string>();
  walk(parseXml(bytes, file), '', entries);
  return entries;
}

function walk(element: XmlElement, above: string, entries: Map<string, string>): void {
  const place = freePlace(entries, `${above}/${element.name}`);
  entries.set(place, '');
  for (const [name, value] of element.attributes) entries.set(`${place}@${name}`, SECRET.test(name) ? HIDDEN : value);
  const texts = element.children.filter((child) => typeof child === 'string');
  if (texts.length > 0) entries.set(`${place}#text`, SECRET.test(element.name) ? HIDDEN : texts.join(' '));
  for (const child of element.children) if (typeof child !== 'string') walk(child, place, entries);
}

function freePlace(entries: ReadonlyMap<string, string>, place: string): string {
  let free = place;
  for (let number = 2; entries.has(free); number++) free = `${place}[${number}]`;
  return free;
}
