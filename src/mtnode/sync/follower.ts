import { type Clock, sleep } from '#core/clock';
import type { RedoLog } from '#mtnode/redo';
import type { SyncState, SyncStatus } from '#shared/domain';
import type {
  CatchUpOutcome,
  FollowedPrimary,
  FollowerEvents,
  FollowerOptions,
  FollowerView,
  SealOutcome,
  SealRequest,
} from './follower-types.ts';
import { MountCalls } from './mount-calls.ts';
import type { Mount } from './ports.ts';
import { PrimaryProgress } from './primary-progress.ts';
import { ReceivedLog } from './received-log.ts';
import { SegmentMoved } from './segment-tail.ts';
import { judgeMarker, readShare } from './share-check.ts';
import { MarkerReader, type ShareMarker } from './share-files.ts';
import { ShareIntake } from './share-intake.ts';
import { sealShare } from './share-seal.ts';
import { mountFailure, SyncFailure } from './sync-failure.ts';

/** The marker is looked at again after so long. */
const MARKER_MS = 500;
/** Whether the share can be written, too. */
const WRITABLE_MS = 10_000;
const RETRY_MS = 200;
/** Between looks: short behind the last redo that came, then ever longer. The primary says when there is more. */
const SHORTEST_PAUSE_MS = 3;
const LONGEST_PAUSE_MS = 100;
/**
 * It says how far it is once a second at least: while it is heard nothing comes that it does not tell of. The marker is
 * looked at every 2 s then, the mark not at all, and the redo itself, which has nothing new, now and then.
 */
const HEARD_MS = 1_500;
const PAUSE_WHILE_HEARD_MS = 2_000;
const REDO_WHILE_HEARD_MS = 5_000;
/** A standby that is behind for longer is catching up, not following. */
const FOLLOWING_LAG_MS = 2_000;

export interface FollowerPorts {
  clock: Clock;
  mount: Mount;
  /** The own redo; nobody else appends to it while this runs. */
  log: RedoLog;
  events: FollowerEvents;
}

/**
 * A standby's part (F6): follows its primary's dat and redo through the mount, keeps them on its own disk, and says how
 * that goes (F15). One object for one time as standby: it begins at once, and is stopped before the instance writes.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #ports: FollowerPorts;
  readonly #calls: MountCalls;
  readonly #received: ReceivedLog;
  readonly #markerReader = new MarkerReader();
  #running: Promise<void>;
  #progress = new PrimaryProgress();
  #primary: FollowedPrimary | undefined;
  /** Whom it followed last, or follows. */
  #origin: FollowedPrimary | undefined;
  /** The own redo is known to be that one's, up to its end. */
  #isCompared = false;
  #openSinceMs: number | undefined;
  #intake: ShareIntake | undefined;
  #followedDataId: string | undefined;
  #markerAtMs = Number.NEGATIVE_INFINITY;
  #writableAtMs = Number.NEGATIVE_INFINITY;
  #cannotSeal: string | undefined;
  #status: SyncStatus;
  #isStopped = false;
  /** Something is to be done before the pause under way, or the next one, is over. */
  #isWoken = false;
  #endPause: () => void = () => {};
  #gotAtMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: FollowerOptions, ports: FollowerPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#calls = new MountCalls(ports.mount, ports.clock, options.mountTimeoutMs);
    this.#received = new ReceivedLog(ports.log, ports.events.onAppended, (lsn) => this.#onDurable(lsn));
    this.#status = { state: 'starting', directory: ports.mount.directory, reason: null };
    this.#running = this.#run();
  }

  get view(): FollowerView {
    const { clock } = this.#ports;
    const receivedLsn = this.#receivedLsn();
    return {
      status: this.#status,
      lag: this.#progress.lag(receivedLsn, clock.monotonicMs()),
      receivedLsn,
      durableLsn: this.#progress.durableLsn,
      acknowledgedLsn: this.#progress.acknowledgedLsn,
      markerAtMs: Number.isFinite(this.#markerAtMs) ? this.#markerAtMs : null,
      redoAtMs: Number.isFinite(this.#gotAtMs) ? this.#gotAtMs : null,
      cannotSeal: this.#cannotSeal,
    };
  }

  /** What the route says: whom to follow; undefined: nobody, for now. The same again changes nothing. */
  follow(primary: FollowedPrimary | undefined): void {
    const target = primary?.instance === this.#options.instance ? undefined : primary;
    if (target === undefined && this.#primary === undefined) return;
    const isSame = isSamePrimary(this.#primary, target);
    if (!isSame) this.#primary = target;
    if (!isSame || !target?.isOpen) this.#openSinceMs = undefined;
    if (target?.isOpen) this.#openSinceMs ??= this.#ports.clock.monotonicMs();
    if (isSame) return;
    // What is known of a primary is kept while nobody follows it: a promotion asks for it.
    if (target !== undefined && !isSamePrimary(this.#origin, target)) {
      this.#origin = target;
      this.#progress = new PrimaryProgress();
      this.#isCompared = false;
    }
    this.#markerAtMs = Number.NEGATIVE_INFINITY;
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
    this.#heardAtMs = Number.NEGATIVE_INFINITY;
    this.#wakeUp();
  }

  /** The primary of that epoch says how far it is (990012). */
  look(epoch: number, durableLsn: number, acknowledgedLsn: number): void {
    if (epoch !== this.#primary?.epoch || this.#isStopped) return;
    this.#heardAtMs = this.#ports.clock.monotonicMs();
    this.#progress.durable(durableLsn, this.#heardAtMs);
    this.#progress.acknowledged(acknowledgedLsn);
    if (durableLsn > this.#ports.log.lastLsn) this.#wakeUp();
  }

  /**
   * At a promotion: puts the seal into the old primary's share, and finds out whether the share is that of the primary
   * followed and can be read; within the mount's time-out. Nothing that the old primary acknowledges is missing from
   * what is read after that. A seal that is not confirmed in time may be there all the same.
   */
  async seal(request: SealRequest): Promise<SealOutcome> {
    try {
      await sealShare(
        this.#calls,
        { ...this.#options, ...request },
        (marker) => this.#checkSame(marker),
        this.#ports.clock,
      );
      return { isSealed: true };
    } catch (error) {
      return { isSealed: false, reason: mountFailure(error).toMessage(this.#calls.directory) };
    }
  }

  /**
   * At a promotion, once the share is sealed: reads what is there to its end, then follows nobody any more unless
   * {@link resume} is called. A torn tail that the old primary's end left behind ends it. Never rejects.
   */
  async catchUp(): Promise<CatchUpOutcome> {
    await this.#endLoop();
    const { log } = this.#ports;
    try {
      await this.#readToEnd(await this.#lastIntake());
      return { isComplete: true, lsn: log.durableLsn };
    } catch (error) {
      const reason = mountFailure(error).toMessage(this.#calls.directory);
      return { isComplete: false, lsn: log.durableLsn, reason };
    } finally {
      await this.#leave();
    }
  }

  /** After {@link catchUp}, for a promotion that does not take place: follows as before. */
  resume(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#isWoken = false;
    this.#markerAtMs = Number.NEGATIVE_INFINITY;
    this.#running = this.#run();
  }

  /** Ends following; resolves when nothing is appended to the own log any more. A hung call is left behind. */
  async stop(): Promise<void> {
    await this.#endLoop();
    await this.#intake?.end();
    await this.#received.drained().catch((error: unknown) => this.#ports.events.log('error', String(error)));
  }

  async #endLoop(): Promise<void> {
    this.#isStopped = true;
    this.#wakeUp();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#pause(await this.#turn());
      } catch (error) {
        await this.#onFailure(error);
      }
    }
  }

  /** One look at the share; says how long to wait for the next. */
  async #turn(): Promise<number> {
    const { clock } = this.#ports;
    const primary = this.#primary;
    if (primary === undefined) {
      await this.#leave();
      this.#say('starting');
      return MARKER_MS;
    }
    if (clock.monotonicMs() - this.#markerAtMs >= MARKER_MS && !(await this.#checkMarker(primary))) return RETRY_MS;
    const intake = this.#intake;
    if (intake === undefined || this.#isStopped || this.#primary !== primary) return 0;
    if (this.#isQuiet(intake)) return PAUSE_WHILE_HEARD_MS;
    const lastLsn = this.#ports.log.lastLsn;
    const look = await intake.look();
    const nowMs = clock.monotonicMs();
    this.#lookedAtMs = nowMs;
    if (this.#ports.log.lastLsn > lastLsn) this.#gotAtMs = nowMs;
    const isBehind = this.#progress.behindMs(this.#ports.log.durableLsn, nowMs) > FOLLOWING_LAG_MS;
    if (look === 'end' || (look === 'more' && this.#status.state === 'following' && !isBehind)) this.#say('following');
    else if (look === 'more') this.#say('catching-up');
    if (look === 'more') return 0;
    if (look === 'end' && this.#isHeard()) return PAUSE_WHILE_HEARD_MS;
    return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (nowMs - this.#gotAtMs) / 2));
  }

  #isHeard(): boolean {
    return this.#ports.clock.monotonicMs() - this.#heardAtMs < HEARD_MS;
  }

  /** The primary is heard, and has nothing that is not here. */
  #isQuiet(intake: ShareIntake): boolean {
    const isLately = this.#ports.clock.monotonicMs() - this.#lookedAtMs < REDO_WHILE_HEARD_MS;
    return isLately && this.#isHeard() && this.#status.state === 'following' && intake.hasAll();
  }

  /** Whether the share is the primary's that is followed; false: not yet. */
  async #checkMarker(primary: FollowedPrimary): Promise<boolean> {
    const { clock, events } = this.#ports;
    const marker = await readShare(this.#calls, this.#markerReader);
    if (this.#primary !== primary) return false;
    const judged = judgeMarker(marker, this.#options, primary);
    if (judged.fit === 'foreign') throw new SyncFailure('mountForeign', judged.detail);
    if (judged.fit === 'other-term') {
      await this.#leave();
      const isBorne =
        this.#openSinceMs === undefined || clock.monotonicMs() - this.#openSinceMs < this.#options.markerGraceMs;
      if (!isBorne) throw new SyncFailure('mountStale', judged.detail);
      if (this.#status.state !== 'failed') this.#say('starting');
      return false;
    }
    if (this.#intake !== undefined && isSameTerm(this.#intake.marker, marker)) {
      this.#intake.note(marker);
      // Whoever is heard has said by itself how far it is.
      if (!this.#isHeard()) await this.#intake.readMark();
    } else {
      await this.#leave();
      await this.#beginIntake(marker);
      events.log('info', 'follows the primary through the mount', { instance: marker.instance, epoch: marker.epoch });
      this.#onDurable(this.#ports.log.durableLsn);
    }
    await this.#intake?.tidy();
    await this.#checkWritable();
    this.#markerAtMs = clock.monotonicMs();
    return true;
  }

  /** Only a promotion writes into the share, to seal it. That it could not is no reason not to follow, and told before. */
  async #checkWritable(): Promise<void> {
    const { clock, events } = this.#ports;
    if (clock.monotonicMs() - this.#writableAtMs < WRITABLE_MS) return;
    const before = this.#cannotSeal;
    try {
      await this.#calls.call('.', (mount) => mount.checkWritable());
      this.#cannotSeal = undefined;
    } catch (error) {
      const failure = mountFailure(error, '.');
      if (failure.reason !== 'mountUnreadable') throw failure;
      this.#cannotSeal = failure.detail;
    }
    this.#writableAtMs = clock.monotonicMs();
    if (this.#cannotSeal !== undefined && before === undefined)
      events.log('warn', 'the share cannot be written: a promotion could not seal it', { detail: this.#cannotSeal });
  }

  async #beginIntake(marker: ShareMarker): Promise<ShareIntake> {
    const { clock, log, events } = this.#ports;
    const { mountTimeoutMs } = this.#options;
    const parts = {
      clock,
      calls: this.#calls,
      log,
      received: this.#received,
      progress: this.#progress,
      mountTimeoutMs,
    };
    const intake = await ShareIntake.begin(parts, marker, (aside) => events.onAside(aside));
    this.#intake = intake;
    this.#followedDataId = marker.dataId;
    this.#isCompared = true;
    return intake;
  }

  /** At a promotion: goes on where following left off, if the share is still as it was. */
  async #lastIntake(): Promise<ShareIntake> {
    const marker = await readShare(this.#calls, this.#markerReader);
    this.#checkSame(marker);
    const intake = this.#intake;
    if (intake !== undefined && isSameTerm(intake.marker, marker)) {
      await intake.stopCopying();
      intake.note(marker);
      await intake.readMark();
      return intake;
    }
    await this.#leave();
    return this.#beginIntake(marker);
  }

  async #leave(): Promise<void> {
    const intake = this.#intake;
    this.#intake = undefined;
    await intake?.end();
  }

  async #readToEnd(intake: ShareIntake): Promise<void> {
    const { clock } = this.#ports;
    for (;;) {
      const look = await intake.look(true).catch((error: unknown) => {
        if (error instanceof SegmentMoved) return 'more' as const;
        throw error;
      });
      if (look === 'end' && (await intake.isAtEnd())) break;
      if (look === 'stuck') await sleep(clock, SHORTEST_PAUSE_MS);
    }
    await this.#received.drained();
  }

  /** Throws where the share is not that of the primary followed last; its role and process may have changed since. */
  #checkSame(marker: ShareMarker): void {
    const primary = this.#origin;
    if (primary === undefined) throw new SyncFailure('noPrimary', '-');
    const judged = judgeMarker(marker, this.#options, primary);
    if (judged.fit === 'foreign') throw new SyncFailure('mountForeign', judged.detail);
    const isSame =
      judged.fit === 'followed' || marker.dataId === this.#followedDataId || marker.epoch === primary.epoch;
    if (!isSame) throw new SyncFailure('mountStale', judged.detail);
  }

  async #onFailure(error: unknown): Promise<void> {
    this.#markerAtMs = Number.NEGATIVE_INFINITY;
    // The directory is looked at anew: it tells whether the file alone has gone.
    if (error instanceof SegmentMoved) return this.#pause(0);
    const failure = mountFailure(error);
    const reason = failure.toMessage(this.#calls.directory);
    this.#setStatus({ state: 'failed', directory: this.#calls.directory, reason });
    if (failure.reason === 'mountHung') await this.#untilWoken(this.#calls.whenIdle());
    else await this.#pause(RETRY_MS);
  }

  #say(state: Exclude<SyncState, 'failed' | 'off'>): void {
    this.#setStatus({ state, directory: this.#calls.directory, reason: null });
  }

  #setStatus(status: SyncStatus): void {
    const before = this.#status;
    if (before.state === status.state && JSON.stringify(before.reason) === JSON.stringify(status.reason)) return;
    this.#status = status;
    if (before.state === 'failed' || status.state === 'failed')
      this.#ports.events.log(status.state === 'failed' ? 'warn' : 'info', `synchronisation: ${status.state}`, {
        directory: status.directory,
        ...(status.reason === null ? {} : { reason: status.reason.key, detail: status.reason.params.detail }),
      });
    this.#ports.events.onStatus(status);
  }

  #onDurable(lsn: number): void {
    this.#progress.received(lsn);
    const { marker } = this.#intake ?? {};
    if (marker !== undefined && lsn > 0) this.#ports.events.onReceived(lsn, marker.epoch);
  }

  /** What is here is the primary's where it has been compared with it, or was written in its very term. */
  #receivedLsn(): number {
    const { log } = this.#ports;
    const isIts = this.#isCompared || (this.#origin !== undefined && log.lastEpoch === this.#origin.epoch);
    return isIts ? log.durableLsn : 0;
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0 && !this.#isWoken)
      await new Promise<void>((resolve) => {
        const timer = this.#ports.clock.setTimer(ms, resolve);
        this.#endPause = () => {
          timer.cancel();
          resolve();
        };
      });
    this.#isWoken = false;
  }

  /** Waits for the promise, or until something else is to be done. */
  async #untilWoken(promise: Promise<void>): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#endPause = resolve;
    });
    if (!this.#isWoken) await Promise.race([promise, woken]);
    this.#isWoken = false;
  }

  #wakeUp(): void {
    this.#isWoken = true;
    this.#endPause();
  }
}

function isSamePrimary(one: FollowedPrimary | undefined, other: FollowedPrimary | undefined): boolean {
  return one?.instance === other?.instance && one?.incarnation === other?.incarnation && one?.epoch === other?.epoch;
}

function isSameTerm(one: ShareMarker, other: ShareMarker): boolean {
  return one.dataId === other.dataId && one.incarnation === other.incarnation && one.epoch === other.epoch;
}
