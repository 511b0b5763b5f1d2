import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { EnvironmentStore } from '#main/environments';
import { TroubleBoard } from '#main/failover';
import type { HeartbeatLoop } from '#main/heartbeat';
import { createRouter, createTopicHub, type Router, type TopicHub } from '#main/ipc';
import { type Journal, openJournal } from '#main/journal';
import type { SecretStore } from '#main/secrets';
import { openSetup, type Setup, type SetupDeps } from '#main/setup';
import type { FleetState, PairChecksView, StateTopic } from '#shared/contract';
import { type Environment, type Message, message } from '#shared/domain';
import { CheckBoard } from './check-board.ts';
import { Chronicle } from './chronicle.ts';
import { createExchange } from './exchange.ts';
import { Fleet, type FleetListeners } from './fleet.ts';
import { createHandlers } from './handlers.ts';
import type { AppPlatform, Parts } from './ports.ts';
import { PracticeSlot } from './practice-slot.ts';
import { createProfileDesk } from './profile-desk.ts';
import { withReadiness } from './readiness-tile.ts';
import { RemountDesk } from './remount-desk.ts';
import { saveAndWatch } from './save-environment.ts';
import { withOpenSetup } from './setup-tile.ts';
import { TotalsWatch } from './totals-watch.ts';

export interface WiringOptions {
  /** The journal's database; null keeps it in memory. */
  journalFile: string | null;
  /** Where drafts of setting a pair up and its reports are kept; null keeps them in memory. */
  setupDirectory: string | null;
  /** How this console is called in pairs' locks, for other consoles to show. */
  consoleName: string;
  clock: Clock;
  random: Random;
  log: Log;
  parts: Parts;
}

/** Every module of the console, built once and knowing each other; nothing has been started. */
export interface Wiring {
  store: EnvironmentStore;
  journal: Journal;
  heartbeat: HeartbeatLoop;
  hub: TopicHub;
  router: Router;
  fleet: Fleet;
  practice: PracticeSlot;
  totals: TotalsWatch;
  checks: CheckBoard;
  parts: Parts;
  setup: Setup;
}

/** Builds the modules around an opened configuration. */
export async function wire(options: WiringOptions, platform: AppPlatform, store: EnvironmentStore): Promise<Wiring> {
  const { clock, random, log, parts, consoleName } = options;
  const journal = openJournal({ file: options.journalFile, clock, log: log.child('journal') });
  const heartbeat = parts.createHeartbeat();
  const hub = createTopicHub(clock, {
    state: (topic) => picture(topic),
    beats: (pairKey, fromMs) => fleet.beats(pairKey, fromMs),
  });
  const chronicle = new Chronicle(journal, (topic) => hub.touch(topic));
  const fleet = new Fleet(
    {
      parts,
      clock,
      random,
      log: log.child('environment'),
      consoleName,
      heartbeat,
      journal,
      troubles: new TroubleBoard(),
      lookAtServers: (pairKey) => checks.run(pairKey),
      tileOf: (tile) => withOpenSetup(withReadiness(tile, checks.readiness(tile.key)), setup.open(tile.key)),
    },
    fleetListeners(),
  );
  const practice = new PracticeSlot(
    platform.practice && parts.createPractice({ ...platform.practice, clock, random, log: log.child('practice') }),
    fleet,
    () => hub.touch('fleet'),
  );
  const totals = new TotalsWatch(clock, () => fleet.totals(), platform.totalsChanged);
  const locale = localeOf(platform);
  const checks = new CheckBoard({
    clock,
    runChecks: parts.runChecks,
    find: (pairKey) => fleet.configured(pairKey),
    keys: () => fleet.keys(),
    primary: (pairKey) => fleet.primary(pairKey),
    journal,
    made: (pairKey, run) => fleet.checked(pairKey, run),
    changed(pairKey) {
      hub.touch(`checks:${pairKey}`);
      hub.touch('troubles');
      fleet.redraw(pairKey);
    },
    event: (pairKey, event) => chronicle.record({ pairKey, ...event }),
  });
  const remounts = new RemountDesk({
    clock,
    remounts: parts.remounts,
    checks,
    find: (pairKey) => fleet.configured(pairKey),
    event: (pairKey, event) => chronicle.record({ pairKey, ...event }),
  });
  const exchange = createExchange(store, clock, (said) => chronicle.record(happened(clock, said)));
  const profiles = createProfileDesk(store.file);
  const setup = await openSetup(setupDeps());
  const handlers = createHandlers({
    parts,
    keyAccepted: (host, fingerprint) => chronicle.record(hostKeyAccepted(clock, host, fingerprint)),
    checks,
    remounts,
    platform,
    store,
    exchange,
    profiles,
    fleet,
    journal,
    practice,
    locale,
    setup,
  });
  const router = createRouter(handlers, log.child('ipc'), random);
  return { store, journal, heartbeat, hub, router, fleet, practice, totals, checks, parts, setup };

  function setupDeps(): SetupDeps {
    return {
      clock,
      random,
      log: log.child('setup'),
      env: process.env,
      passwords: parts.secrets,
      directory: options.setupDirectory,
      console: { name: consoleName, version: platform.version },
      openSession: parts.openSession,
      openHosts: parts.openHosts,
      connect: parts.createConnectors(false),
      runChecks: (environment, pair, { wanted, found }) => {
        const again = { isWanted: ({ id }: { id: string }) => wanted(id), before: [] };
        return parts.runChecks(environment, pair, { again, asked: true, apart: true, ...(found ? { found } : {}) });
      },
      environments: watchedEnvironments(store, fleet, parts.secrets),
      pair: (pairKey) => (fleet.keys().includes(pairKey) ? fleet.monitor(pairKey) : undefined),
      openChanged(pairKey, event) {
        chronicle.record({ pairKey, atMs: clock.wallMs(), instance: null, ...event });
        if (fleet.keys().includes(pairKey)) fleet.redraw(pairKey);
      },
      changed: (id) => hub.touch(id === null ? 'setup' : `setup:${id}`),
    };
  }

  function fleetListeners(): FleetListeners {
    return {
      changed(pairKey) {
        hub.touch('fleet');
        if (pairKey === null) hub.touch('troubles');
        else hub.touch(`pair:${pairKey}`);
        totals.touch();
      },
      suspected: (pairKey) => checks.suspect(pairKey),
      beats: (pairKey, columns) => hub.publishBeats(pairKey, columns),
      event: (pairKey, event) => chronicle.record({ pairKey, ...event }),
      notice(pairKey, node, notice) {
        // Kept whether or not the shell shows it: where there is no shell to, the screen's topic tells the browser.
        const kept = chronicle.notice(pairKey, node, notice);
        platform.notify?.(kept);
      },
      failed: (environment, error) => chronicle.record(environmentFailed(clock, environment, error)),
    };
  }

  /** Null where there is no such pair, or no longer. */
  function checksOf(pairKey: string): PairChecksView | null {
    return fleet.keys().includes(pairKey) ? checks.view(pairKey) : null;
  }

  function picture(topic: StateTopic): unknown {
    if (topic === 'events') return chronicle.events();
    if (topic === 'notices') return chronicle.notices();
    if (topic === 'troubles') return checks.troubles();
    if (topic.startsWith('checks:')) return checksOf(topic.slice('checks:'.length));
    if (topic === 'setup') return setup.list();
    if (topic.startsWith('setup:')) return setup.view(topic.slice('setup:'.length));
    if (topic !== 'fleet') return fleet.pairView(topic.slice('pair:'.length));
    const state: FleetState = {
      environments: fleet.environments(store.readOnly()),
      pairs: fleet.tiles(),
      practice: practice.view(),
      totals: fleet.totals(),
      configProblem: store.problem(),
    };
    return state;
  }
}

/** The configuration, of which every change is watched at once. */
function watchedEnvironments(store: EnvironmentStore, fleet: Fleet, secrets: SecretStore): SetupDeps['environments'] {
  return {
    file: store.file,
    list: () => store.list(),
    obstacle: () => store.problem() ?? (store.readOnly() ? message('error.readOnly', { file: store.file }) : null),
    save: (request) => saveAndWatch(request, { store, fleet, secrets }),
    async remove(id) {
      await store.remove(id);
      await fleet.applySites(store.list());
    },
  };
}

/** The operator's language: the system's until one was chosen. */
function localeOf(platform: AppPlatform) {
  let current = platform.locale;
  return {
    get: () => current,
    set(chosen: AppPlatform['locale']) {
      current = chosen;
      platform.localeChanged?.(chosen);
    },
  };
}

function hostKeyAccepted(clock: Clock, host: string, fingerprint: string) {
  return happened(clock, message('check.event.keyAccepted', { host, fingerprint }));
}

/** Something that somebody did at this console, and that is about no pair. */
function happened(clock: Clock, said: Message) {
  return { atMs: clock.wallMs(), severity: 'none' as const, pairKey: null, instance: null, message: said };
}

function environmentFailed(clock: Clock, environment: Environment, error: unknown) {
  const detail = error instanceof Error ? error.message : String(error);
  return {
    atMs: clock.wallMs(),
    severity: 'p2' as const,
    pairKey: null,
    instance: null,
    message: message('shell.event.environmentFailed', { environment: environment.name, detail }),
  };
}
