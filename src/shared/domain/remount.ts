import type { Message } from './message.ts';

/** What a remount would run: `if-needed` only where the step before it did not do. */
export interface RemountStep {
  kind: 'unmount' | 'lazy-unmount' | 'mount';
  command: string[];
  when: 'always' | 'if-needed';
}

export interface RemountPlan {
  target: string;
  /** What is mounted at the target, as the system says it, the visible one last. Empty: nothing is taken away. */
  found: string[];
  /** What should be: source, type and options. */
  expected: string;
  /** Why nothing is done; null where something is. */
  refusal: Message | null;
  steps: RemountStep[];
}

export interface RemountStepReport {
  command: string;
  result: 'done' | 'failed';
  /** What the command said, or how else it ended. */
  detail: string;
  tookMs: number;
}

export interface RemountReport {
  plan: RemountPlan;
  /** What was run, in its order; empty for a dry run. */
  steps: RemountStepReport[];
  /** `unknown`: something was run, and what is there now cannot be seen. */
  outcome: 'planned' | 'refused' | 'done' | 'failed' | 'unknown';
  /** What stands in the way; null where all went well. */
  problem: Message | null;
}
