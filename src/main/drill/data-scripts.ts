import { message } from '#shared/domain';
import { sentence } from '#shared/i18n';
import type { SystemInfoReply } from '#shared/protocol';
import { keptAside, settleByLoss } from './loss.ts';
import type { Scene } from './scene.ts';

/** From the mount's going to the primary's end. */
const UNMOUNTED_MS = 2_000;
/** How long the pair is left without its standby, or without its database, while writes go on. */
const WITHOUT_MS = 2_000;

/**
 * Both end, within milliseconds; the one that holds the route's epoch is started first, and serves again. The standby ends
 * first: a console that has not yet seen it end would rightly begin to switch over to it.
 */
export async function killBoth(scene: Scene): Promise<void> {
  const { primary, standby } = scene.before;
  scene.strikes();
  await scene.fault(standby, 'kill');
  await scene.fault(primary, 'kill');
  await scene.fault(primary, 'restart');
  await scene.fault(standby, 'restart');
  await scene.waitForReturn();
}

/** The primary's machine is lost with its data: the standby goes on with its own copies, within what may be lost. */
export async function loseHost(scene: Scene): Promise<void> {
  scene.strikes();
  await scene.stage.practice.loseHost(scene.before.primary);
  // There is nothing to go back to: where it is refused, only an operator can go on.
  await settleByLoss(scene, { forceWhereRefused: true });
}

/** The standby's mount goes; two seconds later the primary dies, and has what the standby could not read any more. */
export async function unmount(scene: Scene): Promise<void> {
  const { primary, standby } = scene.before;
  const { clock, options } = scene.stage;
  const goneMs = clock.monotonicMs();
  await scene.fault(standby, 'unmount');
  await waitForSyncFailed(scene);
  await scene.watch(Math.max(0, goneMs + UNMOUNTED_MS - clock.monotonicMs()));
  scene.strikes();
  await scene.fault(primary, 'kill');
  const taken = await settleByLoss(scene, { forceWhereRefused: options.force });
  await scene.fault(primary, 'restart');
  if (!taken) await scene.waitForReturn();
  await scene.fault(standby, 'remount');
  if (taken) await keptAside(scene);
}

/** F15: the primary has stopped, and the standby then starts with a mount that is not its data. */
export async function startLate(scene: Scene): Promise<void> {
  const { primary, standby } = scene.before;
  await scene.fault(standby, 'stop');
  await scene.watch(WITHOUT_MS);
  await scene.fault(standby, 'unmount');
  scene.strikes();
  await scene.fault(primary, 'stop');
  await scene.fault(standby, 'restart');
  const info = await waitForSyncFailed(scene);
  scene.mustHold(info?.status === 3, message('practice.drill.notFailed', { instance: standby }));
  // Long enough for whoever takes the wrong conclusion to act on it.
  await scene.watch(scene.sessionTimeoutMs());
  scene.mustHold(!(await scene.hasSwitched()), message('practice.drill.switched', { count: 1 }));
  await scene.fault(primary, 'restart');
  await scene.waitForReturn();
  await scene.fault(standby, 'remount');
}

/** F16: nobody reaches the local database for a while; writes go on. */
export async function blockDatabase(scene: Scene): Promise<void> {
  const { database } = scene.stage;
  if (!database) return;
  const { primary } = scene.before;
  scene.strikes();
  await database.block();
  try {
    const said = await scene.until(async () => {
      const reason = (await todbOf(scene, primary))?.reason ?? null;
      scene.databaseReason = reason && sentence('en', reason);
      return namesFirewall(reason, database.name);
    });
    scene.mustHold(said, message('practice.drill.databaseNotSaid', { instance: primary, database: database.name }));
    const told = await scene.until(() => consoleTold(scene, database.name));
    scene.mustHold(told, message('practice.drill.databaseNotTold', { database: database.name }));
    await scene.watch(WITHOUT_MS);
    const backlog = (await todbOf(scene, primary))?.backlog ?? 0;
    scene.backlog = Math.max(scene.backlog, backlog);
    scene.mustHold(backlog > 0, message('practice.drill.noBacklog', { instance: primary }));
  } finally {
    await database.unblock();
  }
}

/** The standby says why it cannot synchronise, and the words are those of F15. */
async function waitForSyncFailed(scene: Scene): Promise<SystemInfoReply | undefined> {
  const { standby } = scene.before;
  let info: SystemInfoReply | undefined;
  await scene.until(async () => {
    info = await scene.info(standby);
    return info?.data?.sync.state === 'failed';
  });
  scene.noteSync(info);
  const { directory = null, reason = null } = info?.data?.sync ?? {};
  const words = reason ? sentence('en', reason) : '';
  const named = directory !== null && words.includes(directory) && /\bdf\b/.test(words);
  scene.mustHold(named, message('practice.drill.syncNotSaid', { instance: standby, said: words || '–' }));
  return info;
}

async function todbOf(scene: Scene, instance: string) {
  return (await scene.info(instance))?.data?.todb;
}

/** Whether the console's state of the pair or one of its lines since the fault says so. */
async function consoleTold(scene: Scene, database: string): Promise<boolean> {
  const { tile } = await (await scene.stage.consoles.lead()).view();
  const messages = [tile.reason, ...scene.events().map((event) => event.message)];
  return messages.some((told) => namesFirewall(told, database));
}

function namesFirewall(said: Parameters<typeof sentence>[1] | null | undefined, database: string): boolean {
  if (!said) return false;
  const words = sentence('en', said);
  return words.includes(database) && /firewall/i.test(words);
}
