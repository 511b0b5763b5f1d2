import { z } from 'zod';
import { type Message, messageSchema } from '#shared/domain';
import type { FindingContext } from './finding.ts';
import type { SetupPlan } from './plan.ts';
import { probeRunSchema } from './probes.ts';
import type { SetupReport } from './report.ts';
import { probedStepSchema, setupStepSchema } from './steps.ts';
import { setupValuesSchema } from './values.ts';

/** A line to look at: as it stands somewhere, or a sentence between such lines. */
const evidenceLineSchema = z.union([z.string().max(2_000), messageSchema]);
export type EvidenceLine = z.infer<typeof evidenceLineSchema>;

/** What became of one change. `skipped`: one before it failed, and it was not begun. */
export const appliedChangeSchema = z.object({
  id: z.string().max(1_200),
  title: messageSchema,
  /** Where: `console`, `zookeeper`, or the server's name. */
  where: z.string().max(300),
  state: z.enum(['pending', 'running', 'done', 'failed', 'skipped', 'rolled-back']),
  startedAtMs: z.number().nullable(),
  tookMs: z.number().nullable(),
  detail: messageSchema.nullable(),
  /** Where the text from before is kept; null: there was none, or it needs none. */
  backup: z.string().max(2_048).nullable(),
  /** Whether it can be taken back from here, alone. */
  undoable: z.boolean(),
  /** What it left behind: who takes it back looks whether that is still so. null: it is not looked at. */
  left: z.string().max(128).nullable(),
  /** How it is taken back, as whoever made it keeps it; absent: not by this. */
  undo: z.record(z.string(), z.unknown()).nullish(),
  /** Lines to look at, as what has become of a file meanwhile. */
  evidence: z.array(evidenceLineSchema).max(200),
});
export type AppliedChange = z.infer<typeof appliedChangeSchema>;

export const applyRunSchema = z.object({
  state: z.enum(['running', 'done', 'failed']),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** As they were shown, in order. */
  changes: z.array(appliedChangeSchema).max(100),
});
export type ApplyRun = z.infer<typeof applyRunSchema>;

/** A draft as it is kept: one file each, in the console's data directory. */
export const setupDraftSchema = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]{8,64}$/),
  createdAtMs: z.number(),
  changedAtMs: z.number(),
  /** Counts changes: whoever changes an older one is refused, not overwritten. */
  revision: z.number().int().min(0),
  step: setupStepSchema,
  /** Steps that were left by Next. */
  visited: z.array(setupStepSchema).max(20),
  /** What it edits; null: something new. */
  origin: z.object({ environmentId: z.string().max(64), pairId: z.string().max(64).nullable() }).nullable(),
  /** The values that it began with, where it edits something. */
  before: setupValuesSchema.nullable(),
  values: setupValuesSchema,
  probes: z.partialRecord(probedStepSchema, probeRunSchema),
  applied: applyRunSchema.nullable(),
  /** The verification reports made for it, the newest first. */
  reports: z.array(z.string().max(128)).max(50),
});
export type SetupDraft = z.infer<typeof setupDraftSchema>;

/** A draft in the list of them. */
export interface SetupSummary {
  id: string;
  name: string;
  node: string;
  step: SetupDraft['step'];
  changedAtMs: number;
  /** The environment that it edits; null: a new one. */
  edits: string | null;
  applied: ApplyRun['state'] | null;
}

/** A file among the drafts that is none, and why. */
export interface BrokenDraft {
  file: string;
  reason: Message;
}

/** All drafts, the last changed first; files that are none are named, and left as they are. */
export interface SetupListView {
  drafts: SetupSummary[];
  broken: BrokenDraft[];
}

/** One draft as the screen shows it. */
export interface SetupView {
  draft: SetupDraft;
  context: FindingContext;
  /** What applying would do, as last asked for; null: it was not asked since the draft was changed. */
  plan: SetupPlan | null;
  /** The verification that runs, or the last one. */
  report: SetupReport | null;
}
