import { message } from '#shared/domain';
import type { Scene } from './scene.ts';
import { countChanged, type Tally, tally } from './tally.ts';

export interface WritesRead {
  found: Tally;
  /** Whether nothing was left to write to the local database; true where there is none. */
  drained: boolean;
}

/**
 * Ends the run's writes and reads everything back: from whoever serves, and once it is drained from the local database.
 * Null where that could not be done; the reason is among the scene's problems.
 */
export async function readEverythingBack(scene: Scene): Promise<WritesRead | null> {
  const { client, options, database, pair } = scene.stage;
  try {
    const { outcomes, staleAcks } = await client.endWriting();
    scene.zombieServed += staleAcks;
    const times = await client.readBack(scene.run, outcomes.length, options.timeoutMs);
    scene.stage.readBack.push({ run: scene.run, times });
    const drained = database === null || (await waitUntilDrained(scene));
    const rows = database && (await database.count(pair.node, scene.run, outcomes.length));
    return { found: tally({ outcomes, times, rows }), drained };
  } catch (error) {
    noteNotReadBack(scene, error);
    return null;
  }
}

/**
 * After the last run: what the runs before it had in the end must be there still, after all the switchovers, dats and
 * removed segments since. In the local database too.
 */
export async function readEarlierRunsAgain(scene: Scene): Promise<void> {
  const { client, options, database, pair, readBack } = scene.stage;
  try {
    for (const { run, times } of readBack) {
      if (run === scene.run) continue;
      const now = await client.readBack(run, times.length, options.timeoutMs);
      const rows = database && (await database.count(pair.node, run, times.length));
      const count = countChanged({ times, now, rows });
      scene.mustHold(count === 0, message('practice.drill.earlierChanged', { run, count }));
    }
  } catch (error) {
    noteNotReadBack(scene, error);
  }
}

function noteNotReadBack(scene: Scene, error: unknown): void {
  scene.problems.push(
    message('practice.drill.notReadBack', { reason: error instanceof Error ? error.message : String(error) }),
  );
}

async function waitUntilDrained(scene: Scene): Promise<boolean> {
  const { observer } = scene.stage;
  return scene.until(async () => {
    const route = (await observer.tryRead())?.route;
    const todb = route && (await scene.info(route.instance))?.data?.todb;
    if (!todb) return false;
    scene.backlog = Math.max(scene.backlog, todb.backlog);
    return todb.backlog === 0 && (todb.state === 'ok' || todb.state === 'idle');
  });
}
