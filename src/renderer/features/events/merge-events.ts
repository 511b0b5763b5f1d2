import type { EventView } from '#shared/contract';

/** Two lists of events as one, newest first, each event once. */
export function mergeEvents(a: readonly EventView[], b: readonly EventView[]): EventView[] {
  const byId = new Map<number, EventView>();
  for (const event of [...a, ...b]) byId.set(event.id, event);
  return [...byId.values()].sort((x, y) => y.id - x.id);
}
