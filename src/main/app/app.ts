import type { Clock, Random } from '#core/clock';
import { every, type Timer } from '#core/clock';
import type { Log } from '#core/logging';
import { type EnvironmentStore, openEnvironmentStore } from '#main/environments';
import { type ClientSession, createRouter, createTopicHub, openClientSession, type ScreenPort } from '#main/ipc';
import { openJournal } from '#main/journal';
import { type FleetState, type StateTopic, sameValue, type TotalsView } from '#shared/contract';
import { message } from '#shared/domain';
import { Boot } from './boot.ts';
import { Chronicle } from './chronicle.ts';
import { Fleet } from './fleet.ts';
import { createHandlers } from './handlers.ts';
import { logFunction } from './log-function.ts';
import type { AppPlatform, Parts } from './ports.ts';
import { PracticeSlot } from './practice-slot.ts';

const PRUNE_INTERVAL_MS = 3_600_000;
const TOTALS_INTERVAL_MS = 250;

export interface AppOptions {
  /** `mustExist`: the operator named it, so its absence is an error. */
  configFile: { path: string; mustExist: boolean };
  /** The journal's database; null keeps it in memory. */
  journalFile: string | null;
  /** How this console is called in pairs' locks, for other consoles to show. */
  consoleName: string;
  clock: Clock;
  random: Random;
  log: Log;
  parts: Parts;
}

/** The console without a shell. */
export interface App {
  /** Opens the session of a screen that a transport has let in; `screen` names it in the log. */
  connect(port: ScreenPort, screen: string): ClientSession;
  totals(): TotalsView;
  /** Starts the practice environment, or answers with the running one. */
  startPractice(): Promise<{ pairKey: string }>;
  /** Stops everything in reverse order of starting. Never rejects; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Builds and starts the console. Rejects where the configuration file that was asked for is missing; a broken one is
 * shown on the screen instead.
 */
export async function createApp(options: AppOptions, platform: AppPlatform): Promise<App> {
  const { clock, random, log, parts } = options;
  const store = await openEnvironmentStore(options.configFile.path, options.configFile.mustExist);
  const configProblem = store.problem();
  if (configProblem) log.warn('the configuration file was not understood', { ...configProblem });

  const journal = openJournal({ file: options.journalFile, clock, log: log.child('journal') });
  const chronicle = new Chronicle(journal, (topic) => hub.touch(topic));
  const heartbeat = parts.createHeartbeat();
  const fleet = new Fleet(
    { parts, clock, random, log: log.child('environment'), consoleName: options.consoleName, heartbeat, journal },
    {
      changed(pairKey) {
        hub.touch('fleet');
        if (pairKey !== null) hub.touch(`pair:${pairKey}`);
        totals.soon();
      },
      beats: (pairKey, columns) => hub.publishBeats(pairKey, columns),
      event: (pairKey, event) => chronicle.record({ pairKey, ...event }),
      notice: (pairKey, node, notice) => platform.notify?.(chronicle.notice(pairKey, node, notice)),
      failed: (environment, error) =>
        chronicle.record({
          atMs: clock.wallMs(),
          severity: 'p2',
          pairKey: null,
          instance: null,
          message: message('shell.event.environmentFailed', {
            environment: environment.name,
            detail: error instanceof Error ? error.message : String(error),
          }),
        }),
    },
  );
  const practice = platform.practice
    ? parts.createPractice({ ...platform.practice, clock, random, log: logFunction(log.child('practice')) })
    : null;
  const slot = new PracticeSlot(practice, fleet);
  const hub = createTopicHub(clock, {
    state: (topic) => pictureOf(topic, { store, fleet, slot, chronicle }),
    beats: (pairKey, fromMs) => fleet.beats(pairKey, fromMs),
  });
  const totals = watchTotals(clock, fleet, platform);
  let locale = platform.locale;
  const handlers = createHandlers({
    platform,
    store,
    fleet,
    journal,
    practice: slot,
    locale: {
      get: () => locale,
      set(chosen) {
        locale = chosen;
        platform.localeChanged?.(chosen);
      },
    },
  });
  const router = createRouter(handlers, log.child('ipc'), random);

  let pruning: Timer | undefined;
  let stopWatchingPractice = () => {};
  const boot = new Boot(
    [
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
      { name: 'topics', start() {}, stop: () => hub.stop() },
      { name: 'heartbeat', start() {}, stop: () => heartbeat.stop() },
      { name: 'environments', start: () => fleet.applySites(store.list()), stop: () => fleet.stop() },
      {
        name: 'practice',
        start() {
          stopWatchingPractice = practice?.onChange(() => hub.touch('fleet')) ?? stopWatchingPractice;
        },
        async stop() {
          await slot.stop();
          stopWatchingPractice();
          totals.stop();
        },
      },
    ],
    clock,
    log.child('app'),
  );
  await boot.start();
  let stopping: Promise<void> | undefined;
  return {
    connect: (port, screen) => openClientSession({ hub, router, clock }, { screen, shell: platform.shell }, port),
    totals: () => fleet.totals(),
    startPractice: () => slot.start(),
    stop() {
      stopping ??= boot.stop();
      return stopping;
    },
  };
}

interface Pictured {
  store: EnvironmentStore;
  fleet: Fleet;
  slot: PracticeSlot;
  chronicle: Chronicle;
}

function pictureOf(topic: StateTopic, { store, fleet, slot, chronicle }: Pictured): unknown {
  if (topic === 'events') return chronicle.events();
  if (topic === 'notices') return chronicle.notices();
  if (topic !== 'fleet') return fleet.pairView(topic.slice('pair:'.length));
  const state: FleetState = {
    environments: fleet.environments(store.readOnly()),
    pairs: fleet.tiles(),
    practice: slot.view(),
    totals: fleet.totals(),
    configProblem: store.problem(),
  };
  return state;
}

/** Tells the shell's tray about totals that differ, a few times a second at most. */
function watchTotals(clock: Clock, fleet: Fleet, platform: AppPlatform) {
  let last: TotalsView | undefined;
  let timer: Timer | undefined;
  const tell = () => {
    timer = undefined;
    const now = fleet.totals();
    if (sameValue(last, now)) return;
    last = now;
    platform.totalsChanged?.(now);
  };
  return {
    soon() {
      if (platform.totalsChanged) timer ??= clock.setTimer(TOTALS_INTERVAL_MS, tell);
    },
    stop: () => timer?.cancel(),
  };
}
