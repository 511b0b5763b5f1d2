import { createHash } from 'node:crypto';
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

/** The same rows have the same digest, in whatever order the database gave them. */
export function digestOf(rows: Record<string, string>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(rows).sort()) hash.update(`${JSON.stringify([name, rows[name]])}\n`);
  return hash.digest('hex').slice(0, 16);
}
