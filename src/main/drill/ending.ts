import { message } from '#shared/domain';
import type { Scene } from './scene.ts';
import { type Tally, tally } from './tally.ts';

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
    const times = await client.readBack(options.timeoutMs);
    const drained = database === null || (await waitUntilDrained(scene));
    const rows = database && (await database.count(pair.node, scene.run, outcomes.length));
    return { found: tally({ outcomes, times, rows }), drained };
  } catch (error) {
    scene.problems.push(
      message('practice.drill.notReadBack', { reason: error instanceof Error ? error.message : String(error) }),
    );
    return null;
  }
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
