import { message } from '#shared/domain';
import { type ConsolesReport, tenths } from './report.ts';
import type { Scene } from './scene.ts';

/** Half of the kills strike at a step's very begin, the others up to so much later, while what it did is on its way. */
const LATEST_KILL_MS = 6;

/** Who leads as the run begins; where told to, it is to kill itself at a step of the switchover that follows. */
export async function prepareConsoles(scene: Scene): Promise<void> {
  const { consoles, options, random } = scene.stage;
  if (options.consoles === null) return;
  scene.acting = (await consoles.lead()).name;
  if (options.killConsoleAt === null) return;
  const delayMs = random.next() < 0.5 ? 0 : random.next() * LATEST_KILL_MS;
  await consoles.killLeadAt(options.killConsoleAt, delayMs);
}

/** What became of the consoles in a run; null where there is only the drill's own. Says what must hold and does not. */
export async function concludeConsoles(scene: Scene): Promise<ConsolesReport | null> {
  const { consoles, options, observer } = scene.stage;
  if (options.consoles === null) return null;
  const dead = await consoles.killed();
  const record = await scene.newRecord();
  const token = record?.token ?? null;
  const locks = await observer.consoleLocks().catch(() => []);
  const finishedBy = record?.outcome === 'done' ? (locks.find((lock) => lock.token === token)?.name ?? null) : null;
  const ended = scene.ended();
  if (options.killConsoleAt !== null) {
    const step = options.killConsoleAt;
    scene.mustHold(
      dead !== undefined,
      message('practice.drill.consoleNotKilled', { console: scene.acting ?? '–', step }),
    );
    scene.mustHold(
      finishedBy !== null && finishedBy !== dead?.console,
      message('practice.drill.notFinishedByOther', { found: finishedBy ?? '–' }),
    );
  }
  return {
    count: options.consoles,
    acting: scene.acting,
    killed: dead ? { console: dead.console, step: dead.words.step, underWayMs: tenths(dead.words.underWayMs) } : null,
    finishedBy,
    finishedAfterMs: dead && ended ? tenths(ended.atMs - dead.words.atMs) : null,
    askedAgain: scene.askedAgain,
  };
}
