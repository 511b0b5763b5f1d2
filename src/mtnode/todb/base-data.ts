import { z } from 'zod';

const MAX_ROWS = 10_000;
const baseDataSchema = z
  .record(z.string().max(255), z.string().max(65_536))
  .refine((rows) => Object.keys(rows).length <= MAX_ROWS);

/** Base data out of its copy; undefined where there is none, or none that can be used. */
export function parseBaseData(copy: unknown): Record<string, string> | undefined {
  const parsed = baseDataSchema.safeParse(copy);
  return parsed.success ? parsed.data : undefined;
}
