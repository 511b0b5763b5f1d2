import { type Clock, sleep } from '#core/clock';
import { createT2Connector } from '#main/nodes';
import { type Environment, environmentSchema, FUNCTIONS, message } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import type { PracticeInstance } from './instance.ts';
import { PRACTICE_SESSION_TIMEOUT_MS, PracticeError, type PracticeOptions, type PracticeTwin } from './port.ts';

/** How the pair and its parts are called. */
export interface PairNames {
  pairId: string;
  system: string;
  node: string;
  instances: readonly [string, string];
}
const OWN_NAMES: PairNames = { pairId: 'mt-practice', system: 'practice', node: 'mt-practice', instances: ['A', 'B'] };
/** The instances' folders, whatever they are called: not every file system takes every name. */
export const FOLDERS = ['A', 'B'] as const;

/** What the practice pair is called: as its twin, or by names of its own. */
export function pairNames(twin: PracticeTwin | null): PairNames {
  if (!twin) return OWN_NAMES;
  const { id, system, node } = twin.pair;
  return { pairId: id, system, node, instances: twin.instances };
}

/** The console's own session (F10, O3), known to the nodes from their start. */
export const CONSOLE_SESSION = 'practice-console';
const PRIMARY_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** The environment that the running pair makes, for a console to watch. */
export function describePair(
  options: PracticeOptions,
  instances: readonly PracticeInstance[],
  { connectString, chroot }: { connectString: string; chroot: string },
  twin: PracticeTwin | null,
): Environment {
  const { pairId, system, node } = pairNames(twin);
  return environmentSchema.parse({
    id: options.environmentId ?? 'practice',
    name: twin?.environmentName ?? options.environmentName ?? 'Practice',
    kind: 'practice',
    zookeeper: { connectString, chroot, sessionTimeoutMs: sessionTimeoutOf(options, twin) },
    ...(twin ? { pathTemplate: twin.pathTemplate } : {}),
    pairs: [
      {
        id: pairId,
        system,
        node,
        instances: instances.map(({ name, ports, server }) => ({
          name,
          host: '127.0.0.1',
          ...ports,
          credential: { system: 'O3', sessionId: CONSOLE_SESSION },
          hostCheck: 'local',
          server,
        })),
        ...(twin ? twinPolicy(twin) : practicePolicy(options)),
      },
    ],
  });
}

/** How long a session lasts without a word. */
export function sessionTimeoutOf(options: PracticeOptions, twin: PracticeTwin | null): number {
  return twin?.sessionTimeoutMs ?? options.sessionTimeoutMs ?? PRACTICE_SESSION_TIMEOUT_MS;
}

function practicePolicy({ driver, policy, beatIntervalMs, data, unreachableSwitchMs = 0 }: PracticeOptions) {
  return {
    driver: driver ?? 'console',
    policy: policy ?? 'auto',
    // Whoever practises fails over again and again; the guards can be set, and tried out, on the pair's page.
    cooldownMs: 0,
    maxPerDay: 0,
    unreachableSwitchMs,
    ...(beatIntervalMs === undefined ? {} : { beatIntervalMs }),
    ...(data?.maxLossRecords === undefined ? {} : { maxLossRecords: data.maxLossRecords }),
  };
}

/** Guards and all: what is rehearsed is what will happen. */
function twinPolicy({ pair: { driver, beatIntervalMs }, policy: { mode, ...settings } }: PracticeTwin) {
  return { ...settings, driver, beatIntervalMs, policy: mode };
}

/** Resolves once the instance says that it is primary and serves. */
export async function untilPrimary(instance: PracticeInstance, clock: Clock): Promise<void> {
  const connector = createT2Connector({ clock })({ host: '127.0.0.1', ...instance.ports });
  const deadlineMs = clock.monotonicMs() + PRIMARY_TIMEOUT_MS;
  let note = '';
  try {
    while (clock.monotonicMs() < deadlineMs) {
      const { reply } = await connector.call(FUNCTIONS.systemInfo, {}, POLL_MS * 50);
      const info = systemInfoReplySchema.safeParse(reply).data;
      if (info?.role === 'primary' && info.status === 1) return;
      note = info?.note ?? note;
      await sleep(clock, POLL_MS);
    }
  } finally {
    connector.close();
  }
  throw new PracticeError(
    instance.name,
    message('practice.noPrimary', { instance: instance.name, seconds: PRIMARY_TIMEOUT_MS / 1000, note }),
  );
}
