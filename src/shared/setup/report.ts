import { z } from 'zod';
import { messageSchema } from '#shared/domain';
import { probeItemSchema } from './probes.ts';
import { setupValuesSchema } from './values.ts';

/** A round trip of 402000 to one instance: over t2, and a datagram over f2. */
export const roundTripSchema = z.object({
  instance: z.string().max(64),
  transport: z.enum(['t2', 'f2']),
  ok: z.boolean(),
  /** What came back, in a sentence. */
  reason: messageSchema,
  tookMs: z.number().min(0).nullable(),
});
export type RoundTrip = z.infer<typeof roundTripSchema>;

/** A switchover that was made for the report, there or back. */
export const measuredSwitchSchema = z.object({
  from: z.string().max(64).nullable(),
  to: z.string().max(64),
  outcome: z.enum(['done', 'failed', 'unknown', 'refused', 'timeout']),
  reason: messageSchema.nullable(),
  outageMs: z.number().nullable(),
  outageErrorMs: z.number().nullable(),
  steps: z
    .array(z.object({ name: z.string().max(64), result: z.string().max(32), tookMs: z.number().nullable() }))
    .max(20),
});
export type MeasuredSwitch = z.infer<typeof measuredSwitchSchema>;

/** What a verification found: the acceptance document of a set-up. */
export const setupReportSchema = z.object({
  version: z.literal(1),
  id: z.string().max(128),
  draftId: z.string().max(64),
  state: z.enum(['running', 'done']),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  console: z.object({ name: z.string().max(256), version: z.string().max(64) }),
  values: setupValuesSchema,
  /** The word on the whole: `accepted` only where nothing failed and nothing that matters is unknown. */
  verdict: z.enum(['accepted', 'reservations', 'rejected']).nullable(),
  checks: z.array(probeItemSchema).max(200),
  readiness: z.enum(['ready', 'not-ready', 'unknown']).nullable(),
  /** By instance: what 1403040 said (F9); null: it did not answer, or did not say. */
  svrModes: z
    .array(z.object({ instance: z.string().max(64), svrMode: z.number().nullable(), expected: z.number() }))
    .max(2),
  roundTrips: z.array(roundTripSchema).max(8),
  /** The planned switchover that was asked about, and not made; null: it could not be asked. */
  dryRun: z
    .object({
      to: z.string().max(64),
      from: z.string().max(64).nullable(),
      planned: z.boolean(),
      expectedOutageMs: z.number().nullable(),
      steps: z
        .array(z.object({ step: z.string().max(64), message: messageSchema, timeoutMs: z.number().nullable() }))
        .max(20),
      checks: z
        .array(
          z.object({
            id: z.string().max(64),
            result: z.enum(['pass', 'warn', 'fail', 'unknown']),
            message: messageSchema,
          }),
        )
        .max(60),
      refusal: messageSchema.nullable(),
    })
    .nullable(),
  dryRunMissing: messageSchema.nullable(),
  /** Empty: the implementer did not ask for a real one. */
  switchovers: z.array(measuredSwitchSchema).max(2),
});
export type SetupReport = z.infer<typeof setupReportSchema>;
