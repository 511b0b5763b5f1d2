import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { ProcessLauncher } from '#main/practice';

/** What a drill works with. */
export interface DrillDeps {
  clock: Clock;
  random: Random;
  log: Log;
  launcher: ProcessLauncher;
  nodeEntry: string;
  /** `src/main/drill-consoles/main.ts`: a console that is a process of its own. */
  consoleEntry: string;
  reaperEntry: string;
}
