import { message, type SwitchoverRecord } from '#shared/domain';
import type { FindingReport } from './report.ts';
import type { Scene } from './scene.ts';
import type { Script } from './scripts.ts';
import type { Stage } from './stage.ts';
import { consoleTrouble } from './whole-pair.ts';

/** Beyond the silence and the session time-out together: for whoever takes the wrong conclusion to act on it. */
const BEYOND_MS = 1_000;
const UNREACHABLE = 'unreachable-registered';

/** The console that acts cannot reach the primary; the standby, clients and the other consoles can. */
export async function partitionConsole(scene: Scene): Promise<void> {
  const { consoles } = scene.stage;
  const { primary } = scene.before;
  const cut = await consoles.lead();
  scene.strikes();
  consoles.cutOff(cut, primary);
  try {
    await holdsStill(scene, cut.name);
  } finally {
    await consoles.join(cut, primary);
  }
  await waitForConsoles(scene);
}

/** The leader of the ensemble is killed, and comes back: every session survives it. */
export async function killZooKeeperLeader(scene: Scene): Promise<void> {
  const { zookeeper, observer } = scene.stage;
  const before = await observer.sessions();
  scene.strikes();
  const restart = await zookeeper.killLeader();
  await scene.watch(2 * scene.sessionTimeoutMs());
  await restart();
  await waitForConsoles(scene);
  await scene.watch(scene.sessionTimeoutMs());
  const after = await observer.sessions();
  const lost = before.filter((session) => !after.includes(session));
  scene.mustHold(lost.length === 0, message('practice.drill.sessionsLost', { count: lost.length, of: before.length }));
}

/** The primary's ports refuse everybody, as behind a firewall that came on; its process and its session live. */
export async function rejectAtPrimary(scene: Scene): Promise<void> {
  const { relays } = scene.stage;
  const { primary } = scene.before;
  const name = (await scene.stage.consoles.lead()).name;
  scene.strikes();
  await relays.get(primary)?.refuse();
  try {
    await holdsStill(scene, name);
  } finally {
    await relays.get(primary)?.pass();
  }
  await waitForConsoles(scene);
}

/** The same, where the policy has such a primary switched over in an orderly way after a stated time. */
export const rejectUntilSwitched: Script = async (scene) => {
  const { relays, consoles } = scene.stage;
  const { primary } = scene.before;
  scene.strikes();
  await relays.get(primary)?.refuse();
  try {
    await scene.until(async () => {
      const lead = await consoles.lead().catch(() => undefined);
      await noteFinding(scene, lead?.name);
      return scene.finding !== null || scene.begun().length > 0;
    });
    await scene.waitForSwitch();
    const record = await scene.newRecord();
    scene.finding ??= findingOf(scene, record);
    const orderly = record?.steps.find(({ name }) => name === 'prove-old-out')?.detail?.key;
    scene.mustHold(
      orderly === 'failover.proof.steppedDown',
      message('practice.drill.notOrderly', { instance: primary, found: orderly ?? '–' }),
    );
    scene.mustHold(
      scene.events().some(({ message: { key } }) => key === `failover.event.verdict.${UNREACHABLE}`),
      message('practice.drill.findingNotNamed', { instance: primary, found: '–' }),
    );
  } finally {
    await relays.get(primary)?.pass();
  }
  await waitForConsoles(scene);
};

/** Where the policy's time was up by the time of the finding, what was found is why the switchover was begun. */
function findingOf({ acting, stage }: Scene, record: SwitchoverRecord | undefined): FindingReport | null {
  const said = record?.steps.find(({ name }) => name === 'detect')?.detail;
  if (said?.key !== 'failover.unreachable') return null;
  const { key } = said;
  return { console: acting ?? 'drill', verdict: UNREACHABLE, state: 'switching', key, says: stage.say(said), why: [] };
}

/** The console finds the primary unreachable but registered, says so and why it does nothing, and goes on doing nothing. */
async function holdsStill(scene: Scene, name: string): Promise<void> {
  const { clock } = scene.stage;
  const { primary } = scene.before;
  await scene.until(async () => {
    await noteFinding(scene, name);
    return scene.finding !== null;
  });
  const found = scene.finding;
  const named = found?.why.some(({ key }) => key === 'blocker.unreachable') ?? false;
  scene.mustHold(named, message('practice.drill.findingNotNamed', { instance: primary, found: found?.key ?? '–' }));
  const { silentAfterMs } = await silence(scene.stage);
  const untilMs = scene.faultMs + silentAfterMs + scene.sessionTimeoutMs() + BEYOND_MS;
  await scene.watch(Math.max(0, untilMs - clock.monotonicMs()));
  scene.finding = null;
  await noteFinding(scene, name);
  scene.mustHold(scene.finding !== null, message('practice.drill.findingNotKept', { instance: primary }));
}

/** What that console makes of the primary, once it has found it unreachable but registered. */
async function noteFinding(scene: Scene, name: string | undefined): Promise<void> {
  const { consoles, say } = scene.stage;
  const seen = (await consoles.views()).find(({ console }) => console.name === name);
  const verdict = seen?.view.instances.find((instance) => instance.name === scene.before.primary)?.verdict;
  if (!seen || verdict !== UNREACHABLE || seen.view.tile.state === 'switching') return;
  const { tile, blockers } = seen.view;
  const { key } = tile.reason;
  const why = blockers.map((blocker) => ({ key: blocker.key, says: say(blocker) }));
  const finding: FindingReport = {
    console: seen.console.name,
    verdict,
    state: tile.state,
    key,
    says: say(tile.reason),
    why,
  };
  scene.finding = finding;
}

async function silence({ consoles }: Stage): Promise<{ silentAfterMs: number }> {
  const [first] = await consoles.views();
  const { silentAfterMs = 0 } = first?.view.policy?.settings.timeouts ?? {};
  return { silentAfterMs };
}

/** Every console sees the pair in good order again. */
async function waitForConsoles(scene: Scene): Promise<void> {
  let missing: string | undefined;
  const back = await scene.until(async () => {
    missing = (await scene.stage.observer.missing()) ?? (await consoleTrouble(scene.stage));
    return missing === undefined;
  });
  scene.mustHold(back, message('practice.drill.notBack', { missing: missing ?? '–' }));
}
