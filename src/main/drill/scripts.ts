import { sleep } from '#core/clock';
import type { PracticeFault } from '#shared/contract';
import { message } from '#shared/domain';
import type { Scene } from './scene.ts';
import { consoleTrouble } from './whole-pair.ts';

/** How many session time-outs ZooKeeper stays away in `zk-down`. */
const TIMEOUTS_AWAY = 3;
/** How long an old primary that came back is watched. */
const ZOMBIE_WATCH_MS = 5_000;
/** Beats and writes that lie in wait for a hung primary before it is resumed. */
const LYING_IN_WAIT_MS = 100;

export type Script = (scene: Scene) => Promise<void>;

/** Breaks the primary; the standby must take over. */
export function breakPrimary(fault: PracticeFault): Script {
  return async (scene) => {
    scene.strikes();
    // An orderly stop takes its time, and what comes of it begins before it has ended.
    const done = scene.fault(scene.before.primary, fault);
    await scene.waitForSwitch();
    await done;
  };
}

/** The primary stands still, and goes on once another has taken over. */
export async function hangPrimary(scene: Scene): Promise<void> {
  await breakPrimary('hang')(scene);
  await resumeWatched(scene, scene.before.primary);
}

/** The standby dies: nothing may be switched over. */
export async function killStandby(scene: Scene): Promise<void> {
  const { standby } = scene.before;
  scene.strikes();
  await scene.fault(standby, 'kill');
  await scene.waitForRegistrationToGo(standby);
  // Long enough for a console that takes the wrong conclusion to act on it.
  await scene.watch(scene.sessionTimeoutMs());
}

/** ZooKeeper is down for several session time-outs: the pair must go on serving as it did. */
export async function takeZooKeeperAway(scene: Scene): Promise<void> {
  const { zookeeper, observer } = scene.stage;
  scene.strikes();
  await zookeeper.down();
  await scene.watch(TIMEOUTS_AWAY * scene.sessionTimeoutMs());
  await zookeeper.up();
  let missing: string | undefined;
  const back = await scene.until(async () => {
    missing = (await observer.missing()) ?? (await consoleTrouble(scene.stage));
    return missing === undefined;
  });
  scene.mustHold(back, message('practice.drill.notBack', { missing: missing ?? '–' }));
  await scene.watch(scene.sessionTimeoutMs());
}

/** Lets a hung instance go on, and counts what it answers well to whoever still asks it. */
async function resumeWatched(scene: Scene, instance: string): Promise<void> {
  const { client, pair, clock } = scene.stage;
  const target = pair.instances.find(({ name }) => name === instance);
  if (!target) return;
  const { host, t2Port, f2Port } = target;
  const watching = client.probe(scene.run, instance, { host, t2Port, f2Port }, LYING_IN_WAIT_MS + ZOMBIE_WATCH_MS);
  await sleep(clock, LYING_IN_WAIT_MS);
  await scene.fault(instance, 'resume');
  const { beats, good, writes, acked } = await watching;
  scene.zombieServed += good + acked;
  scene.mustHold(beats > 0 && writes > 0, message('practice.drill.notWatched', { instance }));
}
