import { z } from 'zod';
import { operatorSchema } from './operator.ts';

/**
 * A promotion that may lose acknowledged records, asked for by one operator and decided on by another. It is a part of
 * `/policy`, so that every console shows it and is bound by it; a pair has one at a time.
 */
export const approvalReasonSchema = z.string().trim().min(1).max(200);

const name = z.string().min(1).max(64);
const atMs = z.number().min(0);

export const approvalSchema = z.object({
  id: name,
  /** Who asks, at which console, and why. */
  operator: operatorSchema,
  console: z.string().max(128),
  reason: approvalReasonSchema,
  /** What is asked for: this process of this instance, in the place of `from`, while the route is at this epoch. */
  to: name,
  incarnation: name,
  from: name,
  epoch: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** At most so many acknowledged records may be missing afterwards. */
  acceptedLoss: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  askedAtMs: atMs,
  /** Neither request nor approval count from then on. */
  untilMs: atMs,
  decision: z
    .object({ operator: operatorSchema, console: z.string().max(128), approves: z.boolean(), atMs })
    .nullable()
    .default(null),
  /** Who has had it carried out; it serves once. */
  used: z
    .object({ operator: operatorSchema, console: z.string().max(128), atMs })
    .nullable()
    .default(null),
});
export type Approval = z.infer<typeof approvalSchema>;

/** Reads what a policy's record has for an approval. One that does not fit its schema approves nothing. Never throws. */
export function foundApproval(value: unknown): Approval | null {
  return approvalSchema.safeParse(value).data ?? null;
}

/** That one operator be enough for a loss, asked for by one where the policy wants two: another has to ask for it too. */
export const looseningSchema = z.object({
  operator: operatorSchema,
  console: z.string().max(128),
  askedAtMs: atMs,
  /** It counts for nothing from then on. */
  untilMs: atMs,
});
export type Loosening = z.infer<typeof looseningSchema>;

/** Reads what a policy's record has for it. What does not fit its schema loosens nothing. Never throws. */
export function foundLoosening(value: unknown): Loosening | null {
  return looseningSchema.safeParse(value).data ?? null;
}

/** Who asked for a switchover, who approved it, and why; where a second operator was not needed there is none. */
export const askedBySchema = z.object({
  operator: operatorSchema,
  approver: operatorSchema.nullable(),
  reason: approvalReasonSchema.nullable(),
});
export type AskedBy = z.infer<typeof askedBySchema>;
