import { ANY_LOSS, message } from '#shared/domain';
import type { Scene } from './scene.ts';

/** Beyond the session time-out: long enough for whoever may act by himself to have begun. */
const DECISION_MS = 1_000;

/**
 * After the primary's end, where acknowledged writes may be missing: waits until the standby has taken over, or until it
 * is certain that this does not happen by itself; then, if told to, accepts the stated loss as an operator may. Notes
 * what was refused and why. True where the standby has taken over.
 */
export async function settleByLoss(
  scene: Scene,
  { forceWhereRefused }: { forceWhereRefused: boolean },
): Promise<boolean> {
  const { standby } = scene.before;
  if (await takesOverByItself(scene)) {
    const lossBound = (await scene.info(standby))?.data?.takeover?.lossBound ?? null;
    scene.promotion = { refused: false, lossBound, reason: null, forced: false, aside: null };
    return true;
  }
  const asked = scene.stage.options.driver === 'console' ? await askConsole(scene) : await askStandby(scene);
  const { bound, reason, token } = asked;
  scene.promotion = { refused: true, lossBound: bound, reason, forced: false, aside: null };
  return forceWhereRefused && token !== null ? force(scene, token, bound ?? ANY_LOSS) : false;
}

/**
 * False where whoever acts has tried and was refused, or where the primary's session has ended and nobody has acted on it
 * for long enough.
 */
async function takesOverByItself(scene: Scene): Promise<boolean> {
  const { clock, observer } = scene.stage;
  const { primary } = scene.before;
  let untilMs = Number.POSITIVE_INFINITY;
  let taken = false;
  await scene.until(async () => {
    taken = await scene.hasSwitched();
    if (taken || scene.hasFailed()) return true;
    if (scene.begun().length > 0) return false;
    const registrations = (await observer.tryRead())?.registrations;
    const gone = registrations?.every(({ instance }) => instance !== primary) ?? false;
    if (gone && untilMs === Number.POSITIVE_INFINITY)
      untilMs = clock.monotonicMs() + scene.sessionTimeoutMs() + DECISION_MS;
    return clock.monotonicMs() > untilMs;
  });
  return taken;
}

interface Stated {
  bound: number | null;
  reason: string | null;
  /** With which it can be accepted; null: nobody is asked. */
  token: string | null;
}

/** What the console would have its operator accept. */
async function askConsole(scene: Scene): Promise<Stated> {
  const { stage, before } = scene;
  const lead = await stage.consoles.lead();
  let preflight = await lead.preflight(before.standby);
  // The console may not have heard yet what the standby has just found.
  await scene.until(async () => {
    preflight = await lead.preflight(before.standby);
    return preflight.loss !== null && preflight.refusal === null;
  });
  const { loss, token } = preflight;
  return { bound: loss?.bound ?? null, reason: loss && stage.say(loss.reason), token };
}

async function askStandby(scene: Scene): Promise<Stated> {
  const { data } = (await scene.info(scene.before.standby)) ?? {};
  const reason = data?.sync.reason;
  return { bound: data?.lossBound ?? null, reason: reason ? scene.stage.say(reason) : null, token: null };
}

async function force(scene: Scene, token: string, acceptedLoss: number): Promise<boolean> {
  const { consoles, pair } = scene.stage;
  const { standby } = scene.before;
  try {
    await (await consoles.lead()).promote({ to: standby, token, confirmation: pair.node, acceptedLoss });
  } catch (error) {
    scene.problem(error);
    return false;
  }
  if (scene.promotion) scene.promotion = { ...scene.promotion, forced: true };
  await scene.waitForSwitch();
  return true;
}

/** Waits until the old primary, a standby now, has said what it kept aside of its own. */
export async function keptAside(scene: Scene): Promise<void> {
  const { primary, epoch } = scene.before;
  const said = await scene.until(async () => {
    const data = (await scene.info(primary))?.data;
    const aside = data?.aside;
    if (aside && aside.epoch >= epoch && scene.promotion)
      scene.promotion = { ...scene.promotion, aside: { writes: aside.writes, file: aside.file } };
    return data?.sync.state === 'following';
  });
  scene.mustHold(said, message('practice.drill.notFollowing', { instance: primary }));
}
