import type { NodeConnector } from '#main/nodes';
import type { Credential, ReplyClass } from '#shared/domain';

/** One beat and how it ended; also made, without a beat, when the connection closes or is refused. */
export interface BeatSample {
  instance: string;
  /** Wall time of sending, for display. */
  sentAtMs: number;
  sentMonotonicMs: number;
  endedMonotonicMs: number;
  class: ReplyClass;
  errorNumber: number | null;
  latencyMs: number | null;
  /** Epoch and name that the reply carried. */
  epoch: number | null;
  answeredBy: string | null;
  /** The LSN that the reply carried, where the instance keeps data: a primary's acknowledged, a standby's received. */
  lsn: number | null;
  /** False where the connection's own end told it, between beats. */
  scheduled: boolean;
}

export interface BeatTarget {
  instance: string;
  connector: NodeConnector;
  credential: () => Credential | null;
  /** Asked for before every wait. */
  intervalMs: number;
  timeoutMs: number;
}

export interface BeatHandle {
  remove(): void;
  /** Beats at once, unless a beat is under way. */
  beatNow(): void;
  /** The interval has become another: it is gone by from now on, with the next beat within it. */
  restart(): void;
  /** How many beats were due while one was still under way, and were left out. */
  skipped(): number;
}

/** Beats to any number of instances, each in its own rhythm with jitter; F10–F13. */
export interface HeartbeatLoop {
  add(target: BeatTarget, listener: (sample: BeatSample) => void): BeatHandle;
  stop(): void;
}
