import { sleep } from '#core/clock';
import { type Message, message, type StepRecord } from '#shared/domain';
import { type ClientBeat, countReplies, goodRepliesOf, measureOutage, servingNow } from './beats.ts';
import type { PairPicture } from './observer.ts';
import { noReplies, promoteTime, type RunReport, stepReports, tenths } from './report.ts';
import { judge, type RunFacts, SCENARIOS, type Scenario } from './scenarios.ts';
import type { SeenNotice, Stage } from './stage.ts';

/** Beats of the client before the fault and after its end, so that there are good replies on both sides. */
const MARGIN_MS = 300;
/** How many session time-outs ZooKeeper stays away in `zk-down`. */
const TIMEOUTS_AWAY = 3;
/** How long an old primary that came back is watched. */
const ZOMBIE_WATCH_MS = 5_000;
/** Beats that lie in wait for a hung primary before it is resumed. */
const LYING_IN_WAIT_MS = 100;

interface Before {
  picture: PairPicture;
  primary: string;
  standby: string;
  epoch: number;
}

/** The pair did not become whole, so that no run can be begun. */
export class NotWhole extends Error {}

/** An outcome that is not known yet is followed until it is. */
function hasEnded({ notice }: SeenNotice): boolean {
  return notice.kind === 'switchover-done' || notice.kind === 'switchover-failed';
}

/** One run: the fault, what must come of it, and what came. Leaves the pair as the fault left it. */
export class DrillRun {
  readonly #stage: Stage;
  readonly #scenario: Scenario;
  readonly #expectedEpoch: number | null;
  readonly #beats: ClientBeat[] = [];
  readonly #problems: Message[] = [];
  #noticesBefore = 0;
  #faultMs = 0;
  #faultWallMs = 0;
  #zombieServed = 0;

  /** `expectedEpoch`: what the run before ended with; nothing may raise it while the pair becomes whole again. */
  constructor(stage: Stage, expectedEpoch: number | null) {
    this.#stage = stage;
    this.#expectedEpoch = expectedEpoch;
    this.#scenario = SCENARIOS[stage.options.fault];
  }

  /** Rejects with {@link NotWhole} where the pair is not whole within the time-out. */
  async run(): Promise<{ report: Omit<RunReport, 'failures'>; failures: Message[] }> {
    const before = await this.#begin();
    await sleep(this.#stage.clock, MARGIN_MS);
    await this.#collect();
    this.#noticesBefore = this.#stage.notices.length;
    this.#faultMs = this.#stage.clock.monotonicMs();
    this.#faultWallMs = this.#stage.clock.wallMs();
    if (this.#scenario.target === 'zookeeper') await this.#takeZooKeeperAway();
    else await this.#breakInstance(before);
    await sleep(this.#stage.clock, MARGIN_MS);
    await this.#collect();
    return this.#conclude(before);
  }

  async #begin(): Promise<Before> {
    const { observer, client, until } = this.#stage;
    let missing: string | undefined;
    const whole = await until(async () => {
      const beats = await client.take();
      const picture = await observer.tryRead();
      missing = (await observer.missing()) ?? this.#consoleMissing();
      if (missing === undefined && servingNow(beats) !== picture?.route?.instance) missing = 'the client is not served';
      return missing === undefined;
    });
    const picture = whole ? await observer.tryRead() : undefined;
    const standby = picture?.registrations.find(({ instance }) => instance !== picture.route?.instance)?.instance;
    if (!picture?.route || standby === undefined) throw new NotWhole(missing ?? 'ZooKeeper does not answer');
    const { instance: primary, epoch } = picture.route;
    if (this.#expectedEpoch !== null && epoch !== this.#expectedEpoch)
      this.#problems.push(message('practice.drill.epochBetween', { expected: this.#expectedEpoch, found: epoch }));
    return { picture, primary, standby, epoch };
  }

  /** What keeps the console from having seen the pair as normal. */
  #consoleMissing(): string | undefined {
    const { tile, blockers } = this.#stage.monitor.view();
    if (tile.state !== 'normal') return `the console sees the pair as ${tile.state} (${tile.reason.key})`;
    const [blocker] = this.#stage.options.driver === 'console' ? blockers : [];
    return blocker && `the console would not act (${blocker.key})`;
  }

  async #breakInstance({ primary, standby, picture, epoch }: Before): Promise<void> {
    const { practice } = this.#stage;
    const { target, practiceFault, switches } = this.#scenario;
    const broken = target === 'primary' ? primary : standby;
    // An orderly stop takes its time, and what comes of it begins before it has ended.
    const done = practiceFault
      ? practice.fault(broken, practiceFault).catch((error: unknown) => this.#problem(error))
      : undefined;
    if (switches) await this.#waitForSwitch(standby, epoch, picture);
    else await this.#waitForRegistrationToGo(broken);
    await done;
    if (this.#scenario.resumes) await this.#resume(broken);
  }

  async #waitForSwitch(standby: string, epoch: number, before: PairPicture): Promise<void> {
    const switched = await this.#stage.until(async () => {
      await this.#collect();
      const picture = await this.#stage.observer.tryRead();
      const open = picture?.route?.state === 'open' && picture.route.epoch > epoch;
      return open && servingNow(this.#beats) === standby && this.#switchoverEnded(before, picture);
    });
    if (!switched) this.#problems.push(message('practice.drill.noSwitch', { seconds: this.#timeoutSeconds() }));
  }

  #switchoverEnded(before: PairPicture, now: PairPicture): boolean {
    if (this.#stage.options.driver === 'console') return this.#notices().some(hasEnded);
    const record = now.switchover;
    return record !== undefined && record.operationId !== before.switchover?.operationId && record.endedAtMs !== null;
  }

  async #waitForRegistrationToGo(instance: string): Promise<void> {
    const gone = await this.#stage.until(async () => {
      await this.#collect();
      const picture = await this.#stage.observer.tryRead();
      return picture?.registrations.every((found) => found.instance !== instance) ?? false;
    });
    if (!gone)
      this.#problems.push(message('practice.drill.stillRegistered', { instance, seconds: this.#timeoutSeconds() }));
    // Long enough for a console that takes the wrong conclusion to act on it.
    await this.#watch(this.#sessionTimeoutMs());
  }

  async #takeZooKeeperAway(): Promise<void> {
    const { zookeeper, observer, until } = this.#stage;
    const awayMs = TIMEOUTS_AWAY * this.#sessionTimeoutMs();
    await zookeeper.down();
    await this.#watch(awayMs);
    await zookeeper.up();
    let missing: string | undefined;
    const back = await until(async () => {
      await this.#collect();
      missing = (await observer.missing()) ?? this.#consoleMissing();
      return missing === undefined;
    });
    if (!back) this.#problems.push(message('practice.drill.notBack', { missing: missing ?? '–' }));
    await this.#watch(this.#sessionTimeoutMs());
  }

  async #resume(instance: string): Promise<void> {
    const { client, pair, practice, clock } = this.#stage;
    const target = pair.instances.find(({ name }) => name === instance);
    if (!target) return;
    const { host, t2Port, f2Port } = target;
    const watching = client.probe(instance, { host, t2Port, f2Port }, LYING_IN_WAIT_MS + ZOMBIE_WATCH_MS);
    await sleep(clock, LYING_IN_WAIT_MS);
    await practice.fault(instance, 'resume').catch((error: unknown) => this.#problem(error));
    const { beats, good } = await watching;
    this.#zombieServed += good;
    if (beats === 0) this.#problems.push(message('practice.drill.notWatched', { instance }));
  }

  async #watch(durationMs: number): Promise<void> {
    const { clock } = this.#stage;
    const endMs = clock.monotonicMs() + durationMs;
    while (clock.monotonicMs() < endMs) {
      await this.#collect();
      await sleep(clock, Math.min(MARGIN_MS, Math.max(1, endMs - clock.monotonicMs())));
    }
  }

  async #conclude(before: Before): Promise<{ report: Omit<RunReport, 'failures'>; failures: Message[] }> {
    const after = await this.#stage.observer.tryRead();
    const outage = measureOutage(this.#beats);
    const record = after?.switchover;
    const recorded = record !== undefined && record.operationId !== before.picture.switchover?.operationId;
    const steps = this.#steps() ?? (recorded ? record.steps : []);
    const facts: RunFacts = {
      primaryBefore: before.primary,
      standbyBefore: before.standby,
      epochBefore: before.epoch,
      primaryAfter: after?.route?.instance ?? null,
      epochAfter: after?.route?.epoch ?? null,
      routeOpen: after?.route?.state === 'open',
      outage,
      servedBy: servingNow(this.#beats),
      zombieServed: this.#zombieServed + this.#servedAfterSwitch(before),
      switchovers: Math.max(this.#begun().length, recorded ? 1 : 0),
      problems: this.#problems,
    };
    const failures = judge(this.#stage.options.fault, facts);
    const report = {
      outageMs: outage === 'open' ? null : outage.outageMs,
      outageErrorMs: outage === 'open' ? null : outage.outageErrorMs,
      detectMs: this.#detectMs(steps),
      promoteMs: promoteTime(steps),
      epochBefore: before.epoch,
      epochAfter: facts.epochAfter,
      primaryBefore: before.primary,
      primaryAfter: facts.primaryAfter,
      zombieServed: facts.zombieServed,
      replies: this.#beats.length > 0 ? countReplies(this.#beats) : noReplies(),
      steps: stepReports(steps),
      ok: failures.length === 0,
    };
    return { report, failures };
  }

  /** Good replies that the client itself got from the old primary after the new one had served it. */
  #servedAfterSwitch({ primary, standby }: Before): number {
    const first = this.#beats.find((beat) => beat.class === 'ok' && beat.instance === standby);
    return first === undefined ? 0 : goodRepliesOf(this.#beats, primary, first.endedMs);
  }

  /** Fault to verdict: the console's notice that it begins, or the end of the detection that the node wrote down. */
  #detectMs(steps: readonly StepRecord[]): number | null {
    const [begun] = this.#begun();
    if (this.#stage.options.driver === 'console') return begun ? tenths(begun.atMs - this.#faultMs) : null;
    const detect = steps.find(({ name }) => name === 'detect');
    if (typeof detect?.startedAtMs !== 'number') return null;
    return tenths(Math.max(0, detect.startedAtMs + (detect.tookMs ?? 0) - this.#faultWallMs));
  }

  #steps(): readonly StepRecord[] | undefined {
    if (this.#stage.options.driver === 'node') return undefined;
    return this.#notices().findLast(hasEnded)?.notice.steps;
  }

  #notices() {
    return this.#stage.notices.slice(this.#noticesBefore);
  }

  #begun() {
    return this.#notices().filter(({ notice }) => notice.kind === 'switchover-begun');
  }

  #sessionTimeoutMs(): number {
    return this.#stage.observer.negotiatedTimeoutMs ?? this.#stage.options.sessionTimeoutMs;
  }

  #timeoutSeconds(): number {
    return this.#stage.options.timeoutMs / 1_000;
  }

  #problem(error: unknown): void {
    this.#problems.push(
      message('practice.drill.problem', { reason: error instanceof Error ? error.message : String(error) }),
    );
  }

  async #collect(): Promise<void> {
    this.#beats.push(...(await this.#stage.client.take()));
  }
}
