import type { BeatColumns } from '#shared/contract';
import { BeatRing } from './beat-ring.ts';
import type { Link } from './link.ts';

/** What the strips show. */
export const BEAT_WINDOW_MS = 5 * 60_000;
/** Five minutes at the fastest beat, 100 ms, and some to spare. */
const RING_CAPACITY = 4_096;

/** A pair's beats, outside of any component's state: strips draw from the rings when told that something came. */
export interface BeatStore {
  ring(instance: string): BeatRing;
  /** Calls back after beats came in; returns how to stop. */
  onBeats(listener: () => void): () => void;
  close(): void;
}

/** Follows a pair's beats and asks for the past of the window, after every loss of the link again. */
export function openBeatStore(link: Link, pairKey: string, now: () => number): BeatStore {
  const rings = new Map<string, BeatRing>();
  const listeners = new Set<() => void>();
  let open = true;

  const ring = (instance: string) => {
    const found = rings.get(instance) ?? new BeatRing(RING_CAPACITY);
    rings.set(instance, found);
    return found;
  };
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const receive = (columns: BeatColumns[], put: (ring: BeatRing, part: BeatColumns) => void) => {
    if (!open) return;
    for (const part of columns) put(ring(part.instance), part);
    tell();
  };
  const askForPast = async () => {
    try {
      const past = await link.call('pair.beats', { pairKey, fromMs: now() - BEAT_WINDOW_MS });
      receive(past, (into, part) => into.prepend(part));
    } catch {
      // Without the past the strip starts with what comes now, and shows the rest as having no data.
      tell();
    }
  };
  const unwatch = link.watchBeats(
    `beats:${pairKey}`,
    (columns) => receive(columns, (into, part) => into.push(part)),
    () => void askForPast(),
  );

  return {
    ring,
    onBeats: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      open = false;
      unwatch();
    },
  };
}
