/** A change of a topic's state: the value at a path of keys was set, or removed. */
export type Change = { path: string[]; value: unknown } | { path: string[]; removed: true };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON-safe values. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return sameItems(a, b);
  return isRecord(a) && isRecord(b) && sameProperties(a, b);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!sameValue(a[at], b[at])) return false;
  return true;
}

/** Makes no lists of keys: what is compared here is compared all the time, and is nearly always the same. */
function sameProperties(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let more = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !sameValue(a[key], b[key])) return false;
    more += 1;
  }
  for (const _ in b) more -= 1;
  return more === 0;
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
