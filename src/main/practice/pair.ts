import { type Clock, sleep } from '#core/clock';
import { createT2Connector } from '#main/nodes';
import { type Environment, environmentSchema, FUNCTIONS, message } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import type { PracticeInstance } from './instance.ts';
import { PRACTICE_SESSION_TIMEOUT_MS, PracticeError, type PracticeOptions } from './port.ts';

export const SYSTEM = 'practice';
export const NODE = 'mt-practice';
export const PAIR_ID = 'mt-practice';
export const INSTANCES = ['A', 'B'] as const;
/** The console's own session (F10, O3), known to the nodes from their start. */
export const CONSOLE_SESSION = 'practice-console';
const PRIMARY_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** The other one of the two. */
export function peerOf(instance: string): string {
  return INSTANCES.find((name) => name !== instance) ?? instance;
}

/** The environment that the running pair makes, for a console to watch. */
export function describePair(
  options: PracticeOptions,
  instances: readonly PracticeInstance[],
  { connectString, chroot }: { connectString: string; chroot: string },
): Environment {
  const { beatIntervalMs, data, unreachableSwitchMs = 0 } = options;
  return environmentSchema.parse({
    id: options.environmentId ?? 'practice',
    name: options.environmentName ?? 'Practice',
    kind: 'practice',
    zookeeper: { connectString, chroot, sessionTimeoutMs: options.sessionTimeoutMs ?? PRACTICE_SESSION_TIMEOUT_MS },
    pairs: [
      {
        id: PAIR_ID,
        system: SYSTEM,
        node: NODE,
        instances: instances.map(({ name, ports, server }) => ({
          name,
          host: '127.0.0.1',
          ...ports,
          credential: { system: 'O3', sessionId: CONSOLE_SESSION },
          hostCheck: 'local',
          server,
        })),
        driver: options.driver ?? 'console',
        policy: options.policy ?? 'auto',
        // Whoever practises fails over again and again; the guards can be set, and tried out, on the pair's page.
        cooldownMs: 0,
        maxPerDay: 0,
        unreachableSwitchMs,
        ...(beatIntervalMs === undefined ? {} : { beatIntervalMs }),
        ...(data?.maxLossRecords === undefined ? {} : { maxLossRecords: data.maxLossRecords }),
      },
    ],
  });
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
