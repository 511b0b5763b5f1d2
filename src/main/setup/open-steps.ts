import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from '#core/whole-file';
import { type OpenStep, openStepSchema } from '#shared/setup';

const fileSchema = z.object({
  version: z.literal(1),
  pairs: z.record(
    z.string().max(200),
    z.object({ sinceMs: z.number(), steps: z.array(openStepSchema).min(1).max(20) }),
  ),
});

/** What is open of one pair's set-up, and since when anything is. */
export interface OpenSetup {
  sinceMs: number;
  steps: readonly OpenStep[];
}

/** Which steps of pairs' set-ups are open. They outlive the drafts that left them so. */
export interface OpenStepsStore {
  of(pairKey: string): OpenSetup | undefined;
  /** Keeps them now and writes them; rejects where that fails. None: the pair's set-up is whole. */
  put(pairKey: string, steps: readonly OpenStep[], nowMs: number): Promise<void>;
}

/** null: they are kept in memory, and end with the console. What cannot be read counts as none. */
export async function openOpenStepsStore(
  file: string | null,
  warn: (text: string, fields: object) => void,
): Promise<OpenStepsStore> {
  const pairs = new Map<string, OpenSetup>(Object.entries(await readPairs(file, warn)));
  let queue: Promise<unknown> = Promise.resolve();

  return {
    of: (pairKey) => pairs.get(pairKey),
    put(pairKey, steps, nowMs) {
      if (steps.length === 0) pairs.delete(pairKey);
      else pairs.set(pairKey, { sinceMs: pairs.get(pairKey)?.sinceMs ?? nowMs, steps });
      if (file === null) return Promise.resolve();
      const done = queue.then(async () => {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        const text = JSON.stringify({ version: 1, pairs: Object.fromEntries(pairs) }, null, 1);
        await writeWholeFile(file, `${text}\n`, { mode: 0o600 });
      });
      queue = done.catch(() => undefined);
      return done;
    },
  };
}

async function readPairs(
  file: string | null,
  warn: (text: string, fields: object) => void,
): Promise<z.infer<typeof fileSchema>['pairs']> {
  if (file === null) return {};
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).pairs;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      warn('open steps of set-ups could not be read', { file, error });
    return {};
  }
}
