/** A change of a topic's state: the value at a path of keys was set, or removed. */
export type Change = { path: string[]; value: unknown } | { path: string[]; removed: true };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON-safe values. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

/** What turns `before` into `after`: only what differs, records key by key, lists whole. */
export function changesBetween(before: unknown, after: unknown, path: string[] = []): Change[] {
  // Pictures share what did not change: 500 quiet tiles cost nothing.
  if (before === after) return [];
  if (!isRecord(before) || !isRecord(after)) return sameValue(before, after) ? [] : [{ path, value: after }];
  const changes: Change[] = [];
  for (const key of Object.keys(before))
    if (!Object.hasOwn(after, key)) changes.push({ path: [...path, key], removed: true });
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key)) changes.push(...changesBetween(before[key], value, [...path, key]));
    else changes.push({ path: [...path, key], value });
  }
  return changes;
}

/** The state after the changes. What did not change keeps its identity, so that selectors see no difference. */
export function applyChanges<T>(state: T, changes: readonly Change[]): T {
  return changes.reduce((current, change) => applyAt(current, change, 0), state as unknown) as T;
}

function applyAt(state: unknown, change: Change, depth: number): unknown {
  if (depth === change.path.length) return 'removed' in change ? undefined : change.value;
  const key = change.path[depth] as string;
  const record = isRecord(state) ? state : {};
  if (depth === change.path.length - 1 && 'removed' in change) {
    const { [key]: _gone, ...rest } = record;
    return rest;
  }
  return { ...record, [key]: applyAt(record[key], change, depth + 1) };
}
