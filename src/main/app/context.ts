import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { Parts } from './ports.ts';

/** What every part of the app is handed. */
export interface AppContext {
  parts: Parts;
  clock: Clock;
  random: Random;
  log: Log;
  /** How this console is called in pairs' locks, for other consoles to show. */
  consoleName: string;
}
