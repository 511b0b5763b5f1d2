import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { SCREEN_TYPES } from '#main/screen-answers';

/** A file of the screen, as it is sent. */
export interface ScreenFile {
  bytes: Buffer;
  type: string;
  /** Its name carries a hash of its content: it may be kept for ever. */
  immutable: boolean;
}

/** The screen's files are not where they should be: the project has not been built. */
export class ScreenNotBuiltError extends Error {
  readonly directory: string;
  constructor(directory: string, cause: unknown) {
    super(`no screen in ${directory}: build the project first (npm run build)`, { cause });
    this.name = 'ScreenNotBuiltError';
    this.directory = directory;
  }
}

/**
 * Reads every file under the screen's directory once, by the URL path it is served at. Requests are looked up here and
 * never reach the file system: there is nothing to traverse. Links are left out. Throws {@link ScreenNotBuiltError}.
 */
export async function indexScreenFiles(directory: string): Promise<ReadonlyMap<string, ScreenFile>> {
  const index = new Map<string, ScreenFile>();
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      const type = SCREEN_TYPES[extname(entry.name)];
      if (!entry.isFile() || !type) continue;
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(directory, file).split(sep).join('/')}`;
      index.set(path, { bytes: await readFile(file), type, immutable: path.startsWith('/assets/') });
    }
  } catch (error) {
    throw new ScreenNotBuiltError(directory, error);
  }
  const page = index.get('/index.html');
  if (!page) throw new ScreenNotBuiltError(directory, undefined);
  index.set('/', page);
  return index;
}
