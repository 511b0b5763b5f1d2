import { isXmlCharacter } from './characters.ts';

/** The first character of a text that no XML document may hold; undefined: there is none. */
export function forbiddenCharacter(text: string): string | undefined {
  for (const character of text) if (!isXmlCharacter(character.codePointAt(0) ?? 0)) return character;
  return undefined;
}

const code = (character: string) => `&#${character.codePointAt(0)};`;

/** A value as it stands between these quotes. Line ends and tabs would be read as spaces, so they become references. */
export function inQuotes(value: string, quote: '"' | "'"): string {
  const escaped = value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\t\r\n]/g, code);
  return quote === '"' ? escaped.replace(/"/g, '&quot;') : escaped.replace(/'/g, '&apos;');
}

/** A value as it stands as an element's text. White space at its ends would be taken for indentation. */
export function asText(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\]\]>/g, ']]&gt;')
    .replace(/\r/g, code)
    .replace(/^[ \t\n]+|[ \t\n]+$/g, (space) => space.replace(/[ \t\n]/g, code));
}

/** A value as it stands within a CDATA section; what would end the section is divided between two. */
export function asCdata(value: string): string {
  return value.replaceAll(']]>', ']]]]><![CDATA[>');
}
