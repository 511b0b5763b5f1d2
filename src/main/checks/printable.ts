import type { Message } from '#shared/domain';

/** What a server says, for a terminal or a screen: whatever would steer one, as an escape does, is shown by its number. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\t' ? character : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

/** The same of what a sentence is filled with. */
export function printableMessage({ key, params }: Message): Message {
  const shown = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? printable(value) : value,
  ]);
  return { key, params: Object.fromEntries(shown) };
}
