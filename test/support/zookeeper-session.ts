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

/** Resolves when the session is in the state or reaches it, however short it stays there: the next server may answer at once. */
export async function reached(session: ZooKeeperSession, state: SessionState, timeoutMs = 10_000): Promise<void> {
  if (session.status().state === state) return;
  await new Promise<void>((resolve, reject) => {
    const stop = session.onStatus((status) => {
      if (status.state === state) settle(resolve);
    });
    const timer = setTimeout(() => settle(() => reject(new Error(`not ${state} within ${timeoutMs} ms`))), timeoutMs);
    function settle(end: () => void): void {
      clearTimeout(timer);
      stop();
      end();
    }
  });
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
