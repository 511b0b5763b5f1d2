import type { SessionStatus, ZooKeeperSession } from '#core/zookeeper';
import type { Parts } from '#main/app';
import type { Journal } from '#main/journal';
import type { PairMonitor, PairMonitorListeners, PairMonitorOptions } from '#main/pairs';
import type { BeatColumns, PairTile, PairView, PracticeView } from '#shared/contract';
import { type Environment, environmentSchema, message, pairKey } from '#shared/domain';

/** A pair that does what the test says: its tile, its beats, its refusals. */
export interface FakePair {
  options: PairMonitorOptions;
  listeners: PairMonitorListeners;
  tile: PairTile;
  kept: BeatColumns[];
  stopped: boolean;
  set(over: Partial<PairTile>): void;
}

export function tileOf({ environment, pair }: PairMonitorOptions): PairTile {
  return {
    key: pairKey(environment.id, pair.id),
    environmentId: environment.id,
    environmentName: environment.name,
    practice: environment.kind === 'practice',
    system: pair.system,
    node: pair.node,
    state: 'normal',
    severity: 'none',
    sinceMs: 0,
    reason: message('test.reason'),
    next: null,
    primary: pair.instances[0].name,
    standby: pair.instances[1].name,
    epoch: 1,
    policy: pair.policy,
    beatsPerSecond: 2,
    latencyP50Ms: 1,
    heardAtMs: 0,
  };
}

/** The outside of an app, faked: sessions that never connect anywhere, pairs that the test plays. */
export function fakeParts() {
  const pairs: FakePair[] = [];
  const journals: Journal[] = [];
  const log: string[] = [];
  const parts: Parts = {
    openSession: ({ connectString }) => {
      if (connectString.startsWith('impossible')) throw new Error('no such address');
      log.push(`open ${connectString}`);
      const status: SessionStatus = {
        state: 'connected',
        cause: undefined,
        sessionId: '1',
        negotiatedTimeoutMs: 4000,
        generation: 1,
      };
      const session: Partial<ZooKeeperSession> = {
        status: () => status,
        onStatus: () => () => {},
        close: async () => void log.push(`close ${connectString}`),
      };
      return session as ZooKeeperSession;
    },
    createHeartbeat: () => ({
      add: () => ({ remove() {}, beatNow() {}, restart() {}, skipped: () => 0 }),
      stop: () => void log.push('heartbeat stopped'),
    }),
    createConnectors: () => () => {
      throw new Error('nothing connects here');
    },
    runCommand: async () => ({ kind: 'not-started', reason: 'none here' }),
    runChecks: async () => ({ checks: [], made: [], readiness: { word: 'ready', reasons: [] } }),
    openHosts: () => {
      throw new Error('no host is entered here');
    },
    secrets: {
      place: async () => 'memory' as const,
      get: async () => null,
      set: async () => 'memory' as const,
      remove: async () => {},
    },
    connections: { test: () => Promise.reject(new Error('no connection in this test')) },
    remounts: {
      plan: () => Promise.reject(new Error('no remount in this test')),
      run: () => Promise.reject(new Error('no remount in this test')),
    },
    processCheck: async () => ({ says: 'nothing', frozen: false, reason: message('test.reason') }),
    createPractice: () => fakePractice(log),
    createPair: (options, { journal }, listeners) => {
      journals.push(journal);
      const fake: FakePair = {
        options,
        listeners,
        tile: tileOf(options),
        kept: [],
        stopped: false,
        set(over) {
          fake.tile = { ...fake.tile, ...over };
          listeners.changed?.();
        },
      };
      pairs.push(fake);
      return monitorOf(fake, log);
    },
  };
  return { parts, pairs, journals, log };
}

function monitorOf(fake: FakePair, log: string[]): PairMonitor {
  return {
    key: fake.tile.key,
    tile: () => fake.tile,
    view: () => ({ tile: fake.tile, driver: fake.options.pair.driver }) as PairView,
    checked: () => {},
    beats: (fromMs) => fake.kept.filter(({ atMs }) => (atMs[0] ?? 0) >= fromMs),
    dryRun: () => {
      throw new Error('no dry run in this test');
    },
    preflight: () => Promise.reject(new Error('no preflight in this test')),
    promote: ({ to }) => {
      const refusal = Object.assign(new Error('refused'), { reason: message('test.refusal', { to }), instance: to });
      return Promise.reject(refusal);
    },
    setPolicy: async ({ mode }) => fake.set(mode ? { policy: mode } : {}),
    setCalendar: async () => fake.set({}),
    askApproval: async () => ({ id: 'id' }),
    decideApproval: async () => fake.set({}),
    carryOut: async () => ({ operationId: 'id' }),
    beginMaintenance: async () => fake.set({ state: 'maintenance' }),
    endMaintenance: async () => fake.set({ state: 'normal' }),
    clearCooldown: async () => fake.set({}),
    releaseFreeze: () => fake.set({}),
    slept: () => void log.push(`${fake.tile.key} slept`),
    attest: async () => fake.set({}),
    stop: async () => {
      fake.stopped = true;
      log.push(`pair ${fake.tile.key} stopped`);
    },
  };
}

function fakePractice(log: string[]) {
  const environment: Environment = environmentSchema.parse({
    id: 'practice',
    name: 'Practice',
    kind: 'practice',
    zookeeper: { connectString: '127.0.0.1:1' },
    pairs: [
      {
        id: 'mt',
        system: 'practice',
        node: 'mt',
        instances: [
          { name: 'A', host: '127.0.0.1', t2Port: 1, f2Port: 2 },
          { name: 'B', host: '127.0.0.1', t2Port: 3, f2Port: 4 },
        ],
      },
    ],
  });
  const listeners = new Set<() => void>();
  let state: PracticeView['state'] = 'off';
  const become = (next: PracticeView['state']) => {
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    view: (): PracticeView => ({
      state,
      environmentId: state === 'on' ? 'practice' : null,
      pairKey: state === 'on' ? 'practice/mt' : null,
      twinOf: null,
      zookeeper: null,
      instances: [],
      problem: null,
    }),
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: async () => {
      become('on');
      return environment;
    },
    environment: () => (state === 'on' ? environment : null),
    fault: async (instance: string, fault: string) => void log.push(`fault ${fault} ${instance}`),
    stop: async () => {
      if (state === 'off') return;
      become('off');
      log.push('practice stopped');
    },
  };
}
