import type { PairEvent, PairMonitorOptions, PromoteRequest, SwitchoverNotice } from '#main/pairs';
import type { PairView, Preflight } from '#shared/contract';
import type { StepName } from '#shared/domain';

/** A notice of a console and when it was told, by the machine's monotonic clock. */
export interface SeenNotice {
  atMs: number;
  notice: SwitchoverNotice;
}

/** What a console tells by itself. */
export interface ConsoleListeners {
  notice(seen: SeenNotice): void;
  event(event: PairEvent): void;
}

/** What a console that killed itself said just before. */
export interface LastWords {
  step: StepName;
  /** Since the step had begun. */
  underWayMs: number;
  /** By the machine's monotonic clock. */
  atMs: number;
}

/** One console of a drill. What is asked of one that has ended rejects. */
export interface DrillConsole {
  /** As other consoles show it while it holds the pair's lock. */
  readonly name: string;
  view(): Promise<PairView>;
  preflight(to: string): Promise<Preflight>;
  promote(request: PromoteRequest): Promise<void>;
  close(): Promise<void>;
}

/** A console that is a process of its own. */
export interface ProcessConsole extends DrillConsole {
  readonly pid: number;
  /** Has it kill itself (SIGKILL) `delayMs` after that step of its next switchover began, or at the step's end if that is sooner. */
  killAt(step: StepName, delayMs: number): Promise<void>;
  /** Resolves once the process is gone, with what it said of it; null: it was not told to kill itself. */
  readonly gone: Promise<LastWords | null>;
}

/** What a console process is asked, one at a time or several; the first is `start`. */
export type ConsoleRequest = { id: number } & (
  | { kind: 'start'; options: PairMonitorOptions }
  | { kind: 'view' }
  | { kind: 'preflight'; to: string }
  | { kind: 'promote'; request: PromoteRequest }
  | { kind: 'kill-at'; step: StepName; delayMs: number }
  | { kind: 'close' }
);

/** What it says: answers, and what it tells by itself. */
export type ConsoleSaid =
  | { kind: 'answer'; id: number; result: unknown }
  | { kind: 'problem'; id: number; problem: string }
  | { kind: 'notice'; seen: SeenNotice }
  | { kind: 'event'; event: PairEvent };
