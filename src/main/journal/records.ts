import { z } from 'zod';
import type { EventView } from '#shared/contract';
import {
  askedBySchema,
  groundsSchema,
  stepRecordSchema,
  switchoverDataSchema,
  verifiedItemSchema,
} from '#shared/domain';
import type { StoredSwitchover } from './port.ts';

const rowSchema = z
  .object({
    id: z.number(),
    at_ms: z.number(),
    severity: z.enum(['none', 'p3', 'p2', 'p1', 'no-data']),
    pair_key: z.string().nullable(),
    instance: z.string().nullable(),
    message_key: z.string(),
    message_params: z.string(),
  })
  .transform((row): EventView => {
    const params = paramsSchema.parse(JSON.parse(row.message_params));
    return {
      id: row.id,
      atMs: row.at_ms,
      severity: row.severity,
      pairKey: row.pair_key,
      instance: row.instance,
      message: { key: row.message_key, params },
    };
  });
const paramsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

const switchoverSchema: z.ZodType<StoredSwitchover> = z.object({
  operationId: z.string(),
  pairKey: z.string(),
  atMs: z.number(),
  outcome: z.enum(['done', 'failed', 'unknown']),
  trigger: z.enum(['operator', 'automatic', 'node']),
  from: z.string().nullable(),
  to: z.string(),
  epochBefore: z.number(),
  epochAfter: z.number().nullable(),
  outageMs: z.number().nullable(),
  outageErrorMs: z.number().nullable(),
  steps: z.array(stepRecordSchema),
  data: switchoverDataSchema.nullable().default(null),
  askedBy: askedBySchema.nullable().default(null),
  grounds: groundsSchema.optional(),
  verified: z.array(verifiedItemSchema).optional(),
});

/** An event from its row. Throws a ZodError where another program has written there. */
export function eventOf(row: unknown): EventView {
  return rowSchema.parse(row);
}

/** A switchover from the text kept of it. */
export function switchoverOf(record: unknown): StoredSwitchover {
  return switchoverSchema.parse(JSON.parse(String(record)));
}
