import { useTicking } from '#renderer/state';
import type { ForesightView } from '#shared/contract';

/** The whole seconds until ZooKeeper lets the primary go at the latest, if it has ended; null: nothing counts down. */
export function useLetGoSeconds(letGo: ForesightView['letGo']): number | null {
  const byMs = letGo?.byMs ?? null;
  const seconds = useTicking((nowMs) => (byMs === null ? -1 : Math.max(0, Math.ceil((byMs - nowMs) / 1_000))));
  return seconds < 0 ? null : seconds;
}
