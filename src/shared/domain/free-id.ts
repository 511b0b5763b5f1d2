/** Leaves room, within the 64 characters that an id may have, for a number that tells it from others. */
const MOST_OF_A_NAME = 60;

/**
 * An id for a name that none of `taken` has: what an id may have of the name, or where that leaves nothing, as of a
 * Chinese name, `kind` with a number.
 */
export function freeId(name: string, kind: 'env' | 'pair', taken: readonly string[]): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MOST_OF_A_NAME);
  if (plain !== '' && !taken.includes(plain)) return plain;
  const stem = plain || kind;
  for (let number = plain === '' ? 1 : 2; ; number++) {
    const id = `${stem}-${number}`;
    if (!taken.includes(id)) return id;
  }
}
