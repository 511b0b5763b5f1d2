import { sleep } from '#core/clock';
import type { SeenNotice } from '#main/drill-consoles';
import { type Message, message, type SwitchoverRecord } from '#shared/domain';
import type { SystemInfoReply } from '#shared/protocol';
import { type ClientBeat, servingNow } from './beats.ts';
import type { PromotionReport, SyncReport } from './data-report.ts';
import type { PairPicture } from './observer.ts';
import type { FindingReport } from './report.ts';
import type { Stage } from './stage.ts';

/** How often, at least, the client's beats are fetched while something is waited for. */
const WATCH_STEP_MS = 300;

/** The pair as it was when the run began. */
export interface Before {
  picture: PairPicture;
  primary: string;
  standby: string;
  epoch: number;
}

/** An outcome that is not known yet is followed until it is. */
function hasEnded({ notice }: SeenNotice): boolean {
  return notice.kind === 'switchover-done' || notice.kind === 'switchover-failed';
}

/** What a fault's script works with: it breaks, waits, and leaves here what it saw. */
export class Scene {
  readonly stage: Stage;
  readonly before: Before;
  /** Begins the keys of this run's writes. */
  readonly run: string;
  readonly beats: ClientBeat[] = [];
  readonly problems: Message[];
  zombieServed = 0;
  sync: SyncReport | null = null;
  promotion: Omit<PromotionReport, 'lost'> | null = null;
  /** The console that held the lock when the run began; null: there is only the drill's own. */
  acting: string | null = null;
  /** The operator had to ask a second console, since the first ended before it had left any trace. */
  askedAgain = false;
  /** What a console made of a primary that it could not reach. */
  finding: FindingReport | null = null;
  /** The largest that was seen. */
  backlog = 0;
  /** What the writer to the local database said while it could not be reached. */
  databaseReason: string | null = null;
  readonly #noticesBefore: number;
  readonly #eventsBefore: number;
  #faultMs: number;
  #faultWallMs: number;

  constructor(stage: Stage, before: Before, { run, problems }: { run: string; problems: Message[] }) {
    this.stage = stage;
    this.before = before;
    this.run = run;
    this.problems = problems;
    this.#noticesBefore = stage.consoles.notices.length;
    this.#eventsBefore = stage.consoles.events.length;
    this.#faultMs = stage.clock.monotonicMs();
    this.#faultWallMs = stage.clock.wallMs();
  }

  /** What detection is measured from: now. */
  strikes(): void {
    this.#faultMs = this.stage.clock.monotonicMs();
    this.#faultWallMs = this.stage.clock.wallMs();
  }

  get faultMs(): number {
    return this.#faultMs;
  }

  get faultWallMs(): number {
    return this.#faultWallMs;
  }

  /** What the consoles told since the run began, the first first. */
  notices(): SeenNotice[] {
    const since = this.stage.consoles.notices.slice(this.#noticesBefore);
    return since.sort((a, b) => a.atMs - b.atMs);
  }

  events() {
    return this.stage.consoles.events.slice(this.#eventsBefore);
  }

  /** The begin of each switchover, as whoever saw it first told it. */
  begun(): SeenNotice[] {
    const begun = this.notices().filter(({ notice }) => notice.kind === 'switchover-begun');
    const first = new Map(begun.toReversed().map((seen) => [seen.notice.operationId, seen]));
    return begun.filter((seen) => first.get(seen.notice.operationId) === seen);
  }

  /** The end of the last switchover that was told of, as whoever saw it first told it; undefined: it has not ended. */
  ended(): SeenNotice | undefined {
    const notices = this.notices();
    const last = notices.at(-1)?.notice.operationId;
    return notices.find((seen) => seen.notice.operationId === last && hasEnded(seen));
  }

  problem(error: unknown): void {
    this.problems.push(
      message('practice.drill.problem', { reason: error instanceof Error ? error.message : String(error) }),
    );
  }

  /** Says that what must hold does not. */
  mustHold(holds: boolean, otherwise: Message): void {
    if (!holds) this.problems.push(otherwise);
  }

  async collect(): Promise<void> {
    this.beats.push(...(await this.stage.client.take()));
  }

  /** Collects beats for so long. */
  async watch(durationMs: number): Promise<void> {
    const { clock } = this.stage;
    const endMs = clock.monotonicMs() + durationMs;
    while (clock.monotonicMs() < endMs) {
      await this.collect();
      await sleep(clock, Math.min(WATCH_STEP_MS, Math.max(1, endMs - clock.monotonicMs())));
    }
  }

  /** Waits until `condition` holds, collecting beats; false where it did not within the run's time-out. */
  until(condition: () => Promise<boolean>): Promise<boolean> {
    return this.stage.until(async () => {
      await this.collect();
      return condition();
    });
  }

  /** Brings a fault about, one after the other; what fails is a problem of the run. */
  async fault(instance: string, fault: Parameters<Stage['practice']['fault']>[1]): Promise<void> {
    await this.stage.practice.fault(instance, fault).catch((error: unknown) => this.problem(error));
  }

  info(instance: string): Promise<SystemInfoReply | undefined> {
    return this.stage.observer.info(instance);
  }

  /** Notes what the standby says of its synchronisation. */
  noteSync(info: SystemInfoReply | undefined): void {
    const sync = info?.data?.sync;
    if (!sync) return;
    const reason = sync.reason && this.stage.say(sync.reason);
    this.sync = { state: sync.state, reason, directory: sync.directory };
  }

  /** The standby has taken over, the client is served by it, and whoever switched says that it is over. */
  async hasSwitched(): Promise<boolean> {
    const { standby, epoch } = this.before;
    // ZooKeeper is read last: until then every look would slow down what is measured.
    if (servingNow(this.beats) !== standby || !this.#consoleEnded()) return false;
    const picture = await this.stage.observer.tryRead();
    const open = picture?.route?.state === 'open' && picture.route.epoch > epoch;
    return open && this.#switchoverEnded(picture);
  }

  /** The record of the run's own switchover; undefined: there is none, or it could not be read. */
  async newRecord(): Promise<SwitchoverRecord | undefined> {
    return this.newRecordIn(await this.stage.observer.tryRead());
  }

  newRecordIn(picture: PairPicture | undefined): SwitchoverRecord | undefined {
    const record = picture?.switchover;
    return record && record.operationId !== this.before.picture.switchover?.operationId ? record : undefined;
  }

  async waitForSwitch(): Promise<void> {
    if (await this.until(() => this.hasSwitched())) return;
    this.problems.push(message('practice.drill.noSwitch', { seconds: this.timeoutSeconds() }));
  }

  /** The console began a switchover and ended it without having switched. */
  hasFailed(): boolean {
    return this.ended()?.notice.kind === 'switchover-failed';
  }

  /** The old primary serves again, under a new epoch. */
  async waitForReturn(): Promise<void> {
    const { primary, epoch } = this.before;
    const back = await this.until(async () => {
      const route = (await this.stage.observer.tryRead())?.route;
      const open = route?.state === 'open' && route.instance === primary && route.epoch > epoch;
      return open && servingNow(this.beats) === primary;
    });
    if (!back)
      this.problems.push(message('practice.drill.notReturned', { instance: primary, seconds: this.timeoutSeconds() }));
  }

  async waitForRegistrationToGo(instance: string): Promise<void> {
    const gone = await this.until(async () => {
      const picture = await this.stage.observer.tryRead();
      return picture?.registrations.every((found) => found.instance !== instance) ?? false;
    });
    if (!gone)
      this.problems.push(message('practice.drill.stillRegistered', { instance, seconds: this.timeoutSeconds() }));
  }

  sessionTimeoutMs(): number {
    return this.stage.observer.negotiatedTimeoutMs ?? this.stage.options.sessionTimeoutMs;
  }

  timeoutSeconds(): number {
    return this.stage.options.timeoutMs / 1_000;
  }

  /** Says nothing of a node that promotes itself. */
  #consoleEnded(): boolean {
    return this.stage.options.driver !== 'console' || this.ended() !== undefined;
  }

  #switchoverEnded(now: PairPicture): boolean {
    if (this.stage.options.driver === 'console') return true;
    const record = this.newRecordIn(now);
    return record !== undefined && record.endedAtMs !== null;
  }
}
