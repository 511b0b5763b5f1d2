import { type Message, message, type StepRecord } from '#shared/domain';
import { countReplies, goodRepliesOf, measureOutage, servingNow } from './beats.ts';
import { concludeConsoles, prepareConsoles } from './console-kill.ts';
import type { DatabaseReport, WritesReport } from './data-report.ts';
import { readEarlierRunsAgain, readEverythingBack, type WritesRead } from './ending.ts';
import { judge, type RunFacts } from './judge.ts';
import { noReplies, promoteTime, type RunReport, stepReports, tenths } from './report.ts';
import { scenarioOf } from './scenarios.ts';
import { Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { wholePair } from './whole-pair.ts';

/** Beats of the client before the fault and after its end, so that there are good replies on both sides. */
const MARGIN_MS = 300;
/** Under writes a fault strikes at any moment of what goes on inside: up to so much later. */
const RANDOM_DELAY_MS = 500;

export interface RunOutcome {
  report: Omit<RunReport, 'failures'>;
  failures: Message[];
}

/**
 * One run: the fault, what must come of it, and what came. Leaves the pair as the fault left it. `expectedEpoch`: what
 * the run before ended with; nothing may raise it while the pair becomes whole again. Rejects with `NotWhole`
 * where the pair is not whole within the time-out.
 */
export async function makeRun(stage: Stage, index: number, expectedEpoch: number | null): Promise<RunOutcome> {
  const problems: Message[] = [];
  const before = await wholePair(stage);
  if (expectedEpoch !== null && before.epoch !== expectedEpoch)
    problems.push(message('practice.drill.epochBetween', { expected: expectedEpoch, found: before.epoch }));
  const scene = new Scene(stage, before, { run: `w${index + 1}`, problems });
  const { writeRate } = stage.options;
  if (writeRate > 0) await stage.client.write(scene.run, writeRate);
  await scene.watch(MARGIN_MS + (writeRate > 0 ? stage.random.next() * RANDOM_DELAY_MS : 0));
  scene.noteSync(await scene.info(before.standby));
  await prepareConsoles(scene);
  await scenarioOf(stage.options).script(scene);
  await scene.watch(MARGIN_MS);
  const read = writeRate > 0 ? await readEverythingBack(scene) : null;
  await scene.collect();
  if (index + 1 === stage.options.runs) await readEarlierRunsAgain(scene);
  return conclude(scene, read);
}

async function conclude(scene: Scene, read: WritesRead | null): Promise<RunOutcome> {
  const { stage, before, beats } = scene;
  const after = await stage.observer.tryRead();
  const outage = measureOutage(beats);
  const recorded = scene.newRecordIn(after);
  const consoles = await concludeConsoles(scene);
  const steps = consoleSteps(scene) ?? recorded?.steps ?? [];
  const facts: RunFacts = {
    primaryBefore: before.primary,
    standbyBefore: before.standby,
    epochBefore: before.epoch,
    primaryAfter: after?.route?.instance ?? null,
    epochAfter: after?.route?.epoch ?? null,
    routeOpen: after?.route?.state === 'open',
    outage,
    servedBy: servingNow(beats),
    zombieServed: scene.zombieServed + servedAfterSwitch(scene),
    switchovers: Math.max(scene.begun().length, recorded ? 1 : 0),
    writes: read?.found ?? null,
    drained: read?.drained ?? true,
    promotion: scene.promotion,
    maxLossRecords: stage.options.maxLossRecords,
    problems: scene.problems,
  };
  const failures = judge(scenarioOf(stage.options).expects, facts);
  const report = {
    outageMs: outage === 'open' ? null : outage.outageMs,
    outageErrorMs: outage === 'open' ? null : outage.outageErrorMs,
    detectMs: detectTime(scene, steps),
    promoteMs: promoteTime(steps),
    epochBefore: before.epoch,
    epochAfter: facts.epochAfter,
    primaryBefore: before.primary,
    primaryAfter: facts.primaryAfter,
    zombieServed: facts.zombieServed,
    writes: writesReport(facts),
    database: databaseReport(scene, read),
    sync: scene.sync,
    consoles,
    finding: scene.finding,
    promotion: scene.promotion && { ...scene.promotion, lost: facts.writes?.lost ?? null },
    replies: beats.length > 0 ? countReplies(beats) : noReplies(),
    steps: stepReports(steps),
    ok: failures.length === 0,
  };
  return { report, failures };
}

function writesReport({ writes }: RunFacts): WritesReport | null {
  if (!writes) return null;
  const { acked, present, lost, unknown } = writes;
  return { acked, present, lost, duplicated: writes.duplicated + (writes.database?.duplicated ?? 0), unknown };
}

function databaseReport(
  { stage, backlog, databaseReason: reason }: Scene,
  read: WritesRead | null,
): DatabaseReport | null {
  const database = read?.found.database;
  if (!stage.database || !database) return null;
  const { rows, missing, duplicated } = database;
  return { kind: stage.database.kind, rows, missing, duplicated, backlog, reason, drained: read.drained };
}

/** Good replies that the client itself got from the old primary after the new one had served it. */
function servedAfterSwitch({ beats, before: { primary, standby } }: Scene): number {
  const first = beats.find((beat) => beat.class === 'ok' && beat.instance === standby);
  return first === undefined ? 0 : goodRepliesOf(beats, primary, first.endedMs);
}

/** Fault to verdict: the console's notice that it begins, or the end of the detection that the node wrote down. */
function detectTime(scene: Scene, steps: readonly StepRecord[]): number | null {
  const [begun] = scene.begun();
  if (scene.stage.options.driver === 'console') return begun ? tenths(begun.atMs - scene.faultMs) : null;
  const detect = steps.find(({ name }) => name === 'detect');
  if (typeof detect?.startedAtMs !== 'number') return null;
  return tenths(Math.max(0, detect.startedAtMs + (detect.tookMs ?? 0) - scene.faultWallMs));
}

function consoleSteps(scene: Scene): readonly StepRecord[] | undefined {
  if (scene.stage.options.driver === 'node') return undefined;
  return scene.ended()?.notice.steps;
}
