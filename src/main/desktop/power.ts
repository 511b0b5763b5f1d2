import type { PowerMonitor } from 'electron';
import type { Log } from '#core/logging';

export interface PowerListeners {
  /** The machine is about to sleep: nothing known now will hold. */
  suspended(): void;
  /** The machine woke: what was known is old until it has been heard afresh. */
  resumed(): void;
  /** The machine goes down: there is no time to ask. */
  shutdown(): void;
}

/** Passes the machine's power events on. */
export function watchPower(monitor: Pick<PowerMonitor, 'on'>, listeners: PowerListeners, log: Log): void {
  monitor.on('suspend', () => {
    log.warn('the machine goes to sleep: nothing is watched until it wakes');
    listeners.suspended();
  });
  monitor.on('resume', () => {
    log.warn('the machine woke: everything counts as unknown until it is heard from');
    listeners.resumed();
  });
  monitor.on('shutdown', () => listeners.shutdown());
}
