import type { Clock } from '#core/clock';
import type { CallOutcome, ConnectionEvent } from '#main/nodes';
import { type Credential, FUNCTIONS, type ReplyClass } from '#shared/domain';
import { beatLsnSchema } from '#shared/protocol';
import { safeParseOwn } from '#shared/reading';
import type { BeatSample, BeatTarget } from './port.ts';

/** The body of 402000 (F10): `session_id` for O3, `user_token` for O45, nothing where no credential is known. */
export function heartbeatBody(credential: Credential | null): Record<string, string> {
  if (credential === null) return {};
  return credential.system === 'O3' ? { session_id: credential.sessionId } : { user_token: credential.userToken };
}

/** One instance being beaten: at most one beat under way, and the ends of its connection between beats. */
export class Beating {
  readonly target: BeatTarget;
  readonly #clock: Clock;
  readonly #deliver: (sample: BeatSample) => void;
  readonly #failed: (error: unknown) => void;
  readonly #stopListening: () => void;
  #underWay = false;
  #removed = false;
  #skipped = 0;

  constructor(
    target: BeatTarget,
    clock: Clock,
    deliver: (sample: BeatSample) => void,
    failed: (error: unknown) => void,
  ) {
    this.target = target;
    this.#clock = clock;
    this.#deliver = deliver;
    this.#failed = failed;
    this.#stopListening = target.connector.onConnection((event) => this.#onConnection(event));
  }

  get removed(): boolean {
    return this.#removed;
  }

  /** How many beats were due while one was still under way. */
  get skipped(): number {
    return this.#skipped;
  }

  remove(): void {
    this.#removed = true;
    this.#stopListening();
  }

  /** Sends a beat, unless one is under way: beats to an instance that does not answer never pile up. */
  beat(): void {
    if (this.#removed) return;
    if (this.#underWay) {
      this.#skipped += 1;
      return;
    }
    this.#underWay = true;
    const sentAtMs = this.#clock.wallMs();
    const sentMonotonicMs = this.#clock.monotonicMs();
    const { connector, credential, timeoutMs } = this.target;
    connector.call(FUNCTIONS.heartbeat, heartbeatBody(credential()), timeoutMs).then(
      (outcome) => {
        this.#underWay = false;
        this.#tell(this.#sampleOf(outcome, sentAtMs, sentMonotonicMs));
      },
      (error: unknown) => {
        this.#underWay = false;
        this.#failed(error);
      },
    );
  }

  /** A beat under way ends by the same event: then its own sample tells of it, and no second one is made. */
  #onConnection(event: ConnectionEvent): void {
    if (event.kind === 'opened' || this.#underWay) return;
    const nowMs = this.#clock.monotonicMs();
    const outcomeClass: ReplyClass = event.kind === 'closed' ? 'empty' : 'refused';
    this.#tell({
      instance: this.target.instance,
      sentAtMs: this.#clock.wallMs(),
      sentMonotonicMs: nowMs,
      endedMonotonicMs: nowMs,
      class: outcomeClass,
      errorNumber: null,
      latencyMs: null,
      epoch: null,
      answeredBy: null,
      lsn: null,
      scheduled: false,
    });
  }

  #sampleOf(outcome: CallOutcome, sentAtMs: number, sentMonotonicMs: number): BeatSample {
    return {
      instance: this.target.instance,
      sentAtMs,
      sentMonotonicMs,
      endedMonotonicMs: this.#clock.monotonicMs(),
      class: outcome.class,
      errorNumber: outcome.errorNumber,
      latencyMs: outcome.latencyMs,
      epoch: outcome.reply?.epoch ?? null,
      answeredBy: outcome.reply?.instance ?? null,
      lsn: (outcome.reply && safeParseOwn(beatLsnSchema, outcome.reply).data?.lsn) ?? null,
      scheduled: true,
    };
  }

  #tell(sample: BeatSample): void {
    if (this.#removed) return;
    try {
      this.#deliver(sample);
    } catch (error) {
      this.#failed(error);
    }
  }
}
