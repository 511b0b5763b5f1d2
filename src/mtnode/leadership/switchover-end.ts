import { type Clock, sleep } from '#core/clock';
import type { Log } from '#core/logging';
import { ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import {
  parseRecord,
  RecordError,
  recordText,
  type StepRecord,
  type SwitchoverRecord,
  switchoverRecordSchema,
} from '#shared/domain';

const RETRY_MS = 250;

/** Where the record of a pair's switchover is written. */
export interface RecordPlace {
  clock: Clock;
  zookeeper: ZooKeeperSession;
  path: string;
  log: Log;
  /** Aborts when the node stops. */
  stopping: AbortSignal;
}

/**
 * Writes what `end` makes of the record that is there (undefined: none), by its version; tries until that is written or
 * `end` answers undefined: nothing is to be written. Never rejects.
 */
export async function endRecord(
  place: RecordPlace,
  end: (found: SwitchoverRecord | undefined) => SwitchoverRecord | undefined,
): Promise<void> {
  const { clock, zookeeper, path, log, stopping } = place;
  while (!stopping.aborted) {
    try {
      const found = await zookeeper.get(path);
      const ended = end(found && parseRecord(switchoverRecordSchema, path, found.data));
      if (ended === undefined) return;
      if (found === undefined) await zookeeper.ensurePath(path);
      await zookeeper.set(path, Buffer.from(recordText(ended)), found?.stat.version);
      return;
    } catch (error) {
      if (error instanceof ZooKeeperError) await sleep(clock, RETRY_MS, stopping);
      else {
        log[error instanceof RecordError ? 'warn' : 'error']('the end of a switchover could not be recorded', {
          error,
        });
        return;
      }
    }
  }
}

/**
 * What whoever serves at `epoch` makes of a node's own switchover to an earlier epoch that is still said to run: the
 * process that carried it out has ended in the midst of it. It has come to its end where it is its instance that serves.
 */
export function endedByNext(
  found: SwitchoverRecord | undefined,
  next: { instance: string; epoch: number; atMs: number },
): SwitchoverRecord | undefined {
  if (found?.trigger !== 'node' || found.outcome !== 'running' || (found.epochAfter ?? 0) >= next.epoch)
    return undefined;
  const hasCome = found.to === next.instance;
  const steps = found.steps.map((step): StepRecord => {
    if (!hasCome || (step.result !== 'pending' && step.result !== 'running')) return step;
    return { ...step, result: 'ok' };
  });
  return { ...found, steps, outcome: hasCome ? 'done' : 'failed', endedAtMs: next.atMs };
}
