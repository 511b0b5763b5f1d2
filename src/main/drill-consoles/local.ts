import type { PairMonitorOptions } from '#main/pairs';
import type { ConsoleListeners, DrillConsole } from './port.ts';
import { type WatchDeps, watchPair } from './watched-pair.ts';

/** A console within this process. */
export function openLocalConsole(
  options: PairMonitorOptions,
  deps: WatchDeps,
  listeners: ConsoleListeners,
): DrillConsole {
  const { monitor, close } = watchPair(options, deps, {
    notice: (notice) => listeners.notice({ atMs: deps.clock.monotonicMs(), notice }),
    event: (event) => listeners.event(event),
  });
  return {
    name: options.consoleName,
    view: async () => monitor.view(),
    preflight: (to) => monitor.preflight(to),
    promote: async (request) => void (await monitor.promote(request)),
    close,
  };
}
