import { isXmlCharacter } from './characters.ts';

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const REFERENCE = /&(?:#(\d{1,10})|#x([0-9a-fA-F]{1,8})|([^;&<\s]+));|&/g;

/** The index of the first reference in a text that means nothing without a DTD, or no character; undefined: none. */
export function wrongReference(text: string): { index: number; reference: string } | undefined {
  for (const match of text.matchAll(REFERENCE))
    if (meaning(match) === undefined) return { index: match.index, reference: match[0] };
  return undefined;
}

/** A text with its references replaced by what they stand for. All must be right. */
export function withoutReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (...match) => meaning(match as unknown as RegExpExecArray) ?? match[0]);
}

function meaning([, decimal, hexadecimal, name]: RegExpExecArray | readonly (string | undefined)[]):
  | string
  | undefined {
  if (name !== undefined) return Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined;
  const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? 'x', 16) : Number.parseInt(decimal, 10);
  return Number.isInteger(codePoint) && isXmlCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}
