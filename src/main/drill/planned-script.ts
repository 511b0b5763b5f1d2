import type { Preflight } from '#shared/contract';
import { message } from '#shared/domain';
import type { DryRunReport } from './report.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** An operator's planned switchover: every check passes, the standby takes over, and the old primary is the standby. */
export async function switchOver(scene: Scene): Promise<void> {
  const { stage, before } = scene;
  const asked = await readyPreflight(stage, before.standby);
  for (const { id, result, message: found } of asked.checks)
    scene.mustHold(result === 'pass', message('practice.drill.checkNotPassed', { check: id, found: stage.say(found) }));
  scene.mustHold(asked.planned, message('practice.drill.notPlanned', { instance: before.primary }));
  scene.strikes();
  try {
    await (await stage.consoles.lead()).promote({ to: before.standby, token: asked.token, confirmation: '' });
  } catch (error) {
    // A console that was to die in the middle of it has no answer.
    if (stage.options.killConsoleAt === null) return scene.problem(error);
  }
  if (stage.options.killConsoleAt !== null) await askNextConsole(scene);
  await scene.waitForSwitch();
  const after = (await stage.observer.tryRead())?.registrations.find(({ instance }) => instance === before.primary);
  const isStandby = after?.role === 'standby' && after.status === 2;
  scene.mustHold(isStandby, message('practice.drill.notStandbyAgain', { instance: before.primary }));
}

/**
 * Where the console died before it had left any trace of what it was asked, the operator asks the one that leads next.
 * What has left a trace that one takes up by itself, as soon as it leads.
 */
async function askNextConsole(scene: Scene): Promise<void> {
  const { consoles, observer } = scene.stage;
  const { standby, picture } = scene.before;
  await scene.until(async () => {
    if (scene.ended() !== undefined) return true;
    const next = (await consoles.views()).find(({ view }) => view.lock.holder === 'this')?.console;
    if (next === undefined || next.name === scene.acting) return false;
    const now = await observer.tryRead();
    if (now === undefined) return false;
    if (scene.newRecordIn(now) || now.route?.operationId !== picture.route?.operationId) return true;
    const { token, refusal } = await next.preflight(standby);
    if (refusal) return false;
    scene.askedAgain = true;
    await next.promote({ to: standby, token, confirmation: '' });
    return true;
  });
}

/** Looks at a planned switchover to the standby without making it. */
export async function lookAtPlan(stage: Stage, to: string): Promise<DryRunReport> {
  const before = await stage.observer.persistentNodes();
  const asked = await readyPreflight(stage, to);
  const after = await stage.observer.persistentNodes();
  const paths = new Set([...before.keys(), ...after.keys()]);
  const changed = [...paths].filter((path) => before.get(path) !== after.get(path));
  const unchanged = changed.length === 0;
  return {
    ok: unchanged && asked.refusal === null && asked.checks.every(({ result }) => result === 'pass'),
    from: asked.from,
    to,
    plan: asked.plan.map(({ step, message: does, timeoutMs }) => ({ step, does: stage.say(does), timeoutMs })),
    checks: asked.checks.map(({ id, result, message: found }) => ({ id, result, found: stage.say(found) })),
    refusal: asked.refusal && stage.say(asked.refusal),
    znodes: before.size,
    znodesUnchanged: unchanged,
    znodesChanged: changed,
  };
}

/** Figures of the data reach the console every second or two: what it has not heard yet is waited for. */
async function readyPreflight({ consoles, until }: Stage, to: string): Promise<Preflight> {
  const lead = await consoles.lead();
  let asked = await lead.preflight(to);
  await until(async () => {
    asked = await lead.preflight(to);
    return asked.refusal === null && asked.checks.every(({ result }) => result === 'pass');
  });
  return asked;
}
