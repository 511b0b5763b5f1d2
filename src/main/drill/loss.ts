import { ANY_LOSS, message } from '#shared/domain';
import type { Scene } from './scene.ts';

/** Beyond the session time-out: long enough for whoever may act by itself to have begun. */
const DECISION_MS = 1_000;

/**
 * After the primary's end, where acknowledged writes may be missing: waits until the standby has taken over, or until it
 * is certain that nobody does it by himself; then, if told to, accepts the stated loss as an operator may. Notes what
 * was refused and why. True where the standby has taken over.
 */
export async function settleByLoss(
  scene: Scene,
  { forceWhereRefused }: { forceWhereRefused: boolean },
): Promise<boolean> {
  const { standby } = scene.before;
  const begun = await begunByItself(scene);
  const { data } = (await scene.info(standby)) ?? {};
  if (begun) {
    await scene.waitForSwitch();
    const lossBound = (await scene.info(standby))?.data?.takeover?.lossBound ?? null;
    scene.promotion = { refused: false, lossBound, reason: null, forced: false, aside: null };
    return true;
  }
  const reason = data?.sync.reason;
  const refused = { refused: true, forced: false, aside: null, reason: reason ? scene.stage.say(reason) : null };
  scene.promotion = { ...refused, lossBound: data?.lossBound ?? null };
  const { monitor, options } = scene.stage;
  if (options.driver === 'node') return false;
  const { loss, token } = await monitor.preflight(standby);
  if (loss) scene.promotion = { ...refused, lossBound: loss.bound, reason: scene.stage.say(loss.reason) };
  if (!forceWhereRefused) return false;
  return force(scene, token, loss?.bound ?? ANY_LOSS);
}

/** False once the primary's session has ended and nobody has acted on it for long enough. */
async function begunByItself(scene: Scene): Promise<boolean> {
  const { clock, observer } = scene.stage;
  const { primary } = scene.before;
  let untilMs = Number.POSITIVE_INFINITY;
  let begun = false;
  await scene.until(async () => {
    begun = scene.begun().length > 0 || (await scene.hasSwitched());
    const registrations = (await observer.tryRead())?.registrations;
    const gone = registrations?.every(({ instance }) => instance !== primary) ?? false;
    if (gone && untilMs === Number.POSITIVE_INFINITY)
      untilMs = clock.monotonicMs() + scene.sessionTimeoutMs() + DECISION_MS;
    return begun || clock.monotonicMs() > untilMs;
  });
  return begun;
}

async function force(scene: Scene, token: string, acceptedLoss: number): Promise<boolean> {
  const { monitor, pair } = scene.stage;
  const { standby } = scene.before;
  try {
    await monitor.promote({ to: standby, token, confirmation: pair.node, acceptedLoss });
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
