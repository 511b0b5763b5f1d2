const KEYS_AT_ONCE = 5_000;

/** Counts rows key by key in pieces that each fit into a call; a key without rows counts 0. */
export async function countInPieces(
  keys: readonly string[],
  count: (piece: string[]) => Promise<readonly (readonly [string, number])[]>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>(keys.map((key) => [key, 0]));
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    for (const [key, rows] of await count(keys.slice(from, from + KEYS_AT_ONCE))) counts.set(key, rows);
  }
  return counts;
}
