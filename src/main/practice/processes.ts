import { type Clock, sleep } from '#core/clock';
import { readProcess } from '#core/process';
import type { ProcessIdentity } from '#shared/domain';

const POLL_MS = 20;
const END_TIMEOUT_MS = 5_000;

/** Whether that very process lives: the same boot, pid and start time. `unknown`: the machine cannot say. */
export async function lifeOf(identity: ProcessIdentity): Promise<'alive' | 'gone' | 'unknown'> {
  try {
    const reading = await readProcess(identity.pid);
    if (!reading.found || reading.state === 'dead') return 'gone';
    const { bootId, startTime } = reading.identity;
    return bootId === identity.bootId && startTime === identity.startTime ? 'alive' : 'gone';
  } catch {
    return 'unknown';
  }
}

/**
 * Ends that very process, hung or not, and waits until it is gone. False where it would not go, or where the machine
 * cannot say whether it is still the same: nobody is killed on a guess.
 */
export async function endProcess(identity: ProcessIdentity, clock: Clock): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + END_TIMEOUT_MS;
  for (let life = await lifeOf(identity); life !== 'gone'; life = await lifeOf(identity)) {
    if (life === 'unknown' || clock.monotonicMs() > deadlineMs) return false;
    try {
      process.kill(identity.pid, 'SIGKILL');
    } catch (error) {
      // Gone between the look and the signal: the next look finds that.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') return false;
    }
    await sleep(clock, POLL_MS);
  }
  return true;
}
