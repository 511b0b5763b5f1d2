import { type Clock, every, type Timer } from '#core/clock';
import { openEnvironmentStore } from '#main/environments';
import { type ClientSession, openClientSession, type ScreenPort } from '#main/ipc';
import type { TotalsView } from '#shared/contract';
import { Boot, type Phase } from './boot.ts';
import type { AppPlatform } from './ports.ts';
import { type Wiring, type WiringOptions, wire } from './wiring.ts';

const PRUNE_INTERVAL_MS = 3_600_000;

export interface AppOptions extends WiringOptions {
  /** `mustExist`: the operator named it, so its absence is an error. */
  configFile: { path: string; mustExist: boolean };
}

/** The console without a shell. */
export interface App {
  /** Opens the session of a screen that a transport has let in; `screen` names it in the log. */
  connect(port: ScreenPort, screen: string): ClientSession;
  totals(): TotalsView;
  /** Starts the practice environment, or answers with the running one. */
  startPractice(): Promise<{ pairKey: string }>;
  /** The machine goes to sleep, or has just woken. */
  slept(): void;
  /** Stops everything in reverse order of starting. Never rejects; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Builds and starts the console. Rejects where the configuration file that was asked for is missing; a broken one is
 * shown on the screen instead.
 */
export async function createApp(options: AppOptions, platform: AppPlatform): Promise<App> {
  const { clock, log } = options;
  const store = await openEnvironmentStore(options.configFile.path, options.configFile.mustExist);
  const problem = store.problem();
  if (problem) log.warn('the configuration file was not understood', { ...problem });
  const wiring = await wire(options, platform, store);
  const boot = new Boot(phasesOf(wiring, clock), clock, log.child('app'));
  await boot.start();
  const { hub, router, fleet, practice } = wiring;
  let stopping: Promise<void> | undefined;
  return {
    connect: (port, screen) => openClientSession({ hub, router, clock }, { screen, shell: platform.shell }, port),
    totals: () => fleet.totals(),
    startPractice: () => practice.start(),
    slept: () => fleet.slept(),
    stop() {
      stopping ??= boot.stop();
      return stopping;
    },
  };
}

/** What is started in this order, and stopped in the reverse: who watches goes before what is watched with. */
function phasesOf(
  { journal, hub, heartbeat, fleet, store, practice, totals, checks, parts, setup }: Wiring,
  clock: Clock,
): Phase[] {
  let pruning: Timer | undefined;
  const nothing = () => {};
  return [
    {
      name: 'journal',
      start() {
        pruning = every(clock, PRUNE_INTERVAL_MS, () => journal.prune());
      },
      stop() {
        pruning?.cancel();
        journal.close();
      },
    },
    {
      name: 'topics',
      start: nothing,
      stop() {
        totals.stop();
        hub.stop();
      },
    },
    { name: 'servers', start: nothing, stop: () => parts.servers?.close() },
    { name: 'heartbeat', start: nothing, stop: () => heartbeat.stop() },
    { name: 'environments', start: () => fleet.applySites(store.list()), stop: () => fleet.stop() },
    { name: 'checks', start: () => checks.start(), stop: () => checks.stop() },
    { name: 'practice', start: nothing, stop: () => practice.stop() },
    { name: 'setup', start: nothing, stop: () => setup.stop() },
  ];
}
