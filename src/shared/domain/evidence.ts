import { z } from 'zod';
import { type Message, messageSchema } from './message.ts';

/** Sources of evidence on an instance: they fail for different causes (DESIGN "Evidence, not a counter"). */
export const EVIDENCE_CLASSES = ['network', 'reach', 'peer', 'coordination', 'host'] as const;
export const evidenceClassSchema = z.enum(EVIDENCE_CLASSES);
export type EvidenceClass = z.infer<typeof evidenceClassSchema>;

/** What a source says of an instance. `nothing`: the source exists and proves nothing, the message says why. */
export const evidenceSaysSchema = z.enum(['alive', 'gone', 'silent', 'nothing']);
export type EvidenceSays = z.infer<typeof evidenceSaysSchema>;

/** What is made of the sources together. */
export const verdictSchema = z.enum(['alive', 'gone', 'silent', 'unreachable-registered', 'unknown']);
export type Verdict = z.infer<typeof verdictSchema>;

/** So many of the checks that did not pass are kept with a decision. */
export const MAX_SERVER_REASONS = 5;

/** A decision's grounds: what was known of both instances when a switchover was begun. Part of its record. */
export const groundsSchema = z.object({
  atMs: z.number(),
  instances: z
    .array(
      z.object({
        instance: z.string().min(1).max(64),
        verdict: verdictSchema,
        reason: messageSchema,
        sources: z
          .array(
            z.object({
              class: evidenceClassSchema,
              says: evidenceSaysSchema,
              /** How old its last word was then; null: there was none. */
              ageMs: z.number().min(0).nullable(),
              reason: messageSchema,
            }),
          )
          .max(EVIDENCE_CLASSES.length),
      }),
    )
    .max(2),
  /** What the last look at the servers said of the one that takes over. Absent: nothing is configured of them. */
  servers: z
    .object({
      word: z.enum(['ready', 'not-ready', 'unknown']),
      /** Null: there was no look. */
      ageMs: z.number().min(0).nullable(),
      reasons: z.array(messageSchema).max(MAX_SERVER_REASONS),
    })
    .optional(),
});
export type Grounds = z.infer<typeof groundsSchema>;

/** Longest parameter of a sentence in {@link Grounds}: a record has its limit, and ten of them are kept. */
const MAX_PARAM = 200;

/** A sentence short enough to be kept with a record. */
export function keptShort({ key, params }: Message): Message {
  const short = (value: string | number) => (typeof value === 'string' ? value.slice(0, MAX_PARAM) : value);
  return { key, params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, short(value)])) };
}
