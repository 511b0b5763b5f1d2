import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

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

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Reads every file under the screen's directory once, by the URL path it is served at. Requests are looked up here and
 * never reach the file system: there is nothing to traverse. Links are left out. Throws {@link ScreenNotBuiltError}.
 */
export async function indexScreenFiles(directory: string): Promise<ReadonlyMap<string, ScreenFile>> {
  const index = new Map<string, ScreenFile>();
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
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
