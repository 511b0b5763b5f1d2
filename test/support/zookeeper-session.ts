import { systemClock, systemRandom } from '#core/clock';
import {
  createZooKeeperSession,
  type SessionState,
  type ZooKeeperError,
  type ZooKeeperSession,
  type ZooKeeperSessionOptions,
} from '#core/zookeeper';

/** A session in real time. */
export function realSession(options: ZooKeeperSessionOptions): ZooKeeperSession {
  return createZooKeeperSession(options, { clock: systemClock, random: systemRandom });
}

/** Waits until the condition holds, looking at every turn of a short timer; rejects after `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves when the session reaches the state. */
export function reached(session: ZooKeeperSession, state: SessionState, timeoutMs = 10_000): Promise<void> {
  return until(() => session.status().state === state, timeoutMs);
}

/** The error a call fails with; throws when it succeeds. */
export async function failure(call: Promise<unknown>): Promise<ZooKeeperError> {
  try {
    await call;
  } catch (error) {
    return error as ZooKeeperError;
  }
  throw new Error('the call succeeded');
}
