import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Log } from '#core/logging';
import { boundsSchema } from './bounds.ts';

const MAX_BYTES = 16 * 1024;

const preferencesSchema = z.object({
  version: z.literal(1),
  /** Closing the window leaves the console running in the tray; only what the operator chose. */
  closeToTray: z.boolean(),
  /** The hint that closing does not quit has been shown. */
  hintShown: z.boolean(),
  bounds: boundsSchema.optional(),
  maximized: z.boolean(),
});
export type Preferences = Omit<z.infer<typeof preferencesSchema>, 'version'>;

const DEFAULTS: Preferences = { closeToTray: false, hintShown: false, maximized: false };

export interface PreferencesStore {
  get(): Preferences;
  /** Keeps a change at once; one that cannot be written holds until the console ends. */
  set(change: Partial<Preferences>): void;
}

/** The shell's own preferences, in a file of this machine. A file that does not parse is logged and replaced. */
export function openPreferences(file: string, log: Log): PreferencesStore {
  let current = read(file, log);
  return {
    get: () => current,
    set(change) {
      current = { ...current, ...change };
      try {
        mkdirSync(dirname(file), { recursive: true });
        const made = `${file}.new`;
        writeFileSync(made, JSON.stringify(preferencesSchema.parse({ version: 1, ...current })));
        renameSync(made, file);
      } catch (error) {
        log.warn('the preferences could not be written', { file, error });
      }
    },
  };
}

function read(file: string, log: Log): Preferences {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_BYTES) throw new RangeError(`${text.length} characters, more than ${MAX_BYTES}`);
    const { version: _version, ...preferences } = preferencesSchema.parse(JSON.parse(text));
    return preferences;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) log.warn('the preferences were not understood; starting with the defaults', { file, error });
    return DEFAULTS;
  }
}
