import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '#core/clock';
import { type ProcessIdentity, processIdentitySchema } from '#shared/domain';
import { lifeOf } from './processes.ts';

const PREFIX = 'kuantu-practice-';
const OWNER_FILE = 'owner.json';
const PROCESSES = 'processes';
/** A directory without a readable owner may be one that is being made this moment; older than this it is left over. */
const OWNERLESS_AFTER_MS = 3_600_000;

const ownerSchema = z.object({
  version: z.literal(1),
  owner: processIdentitySchema,
  /** What is to be removed from a ZooKeeper that is not the practice environment's own. */
  foreignChroot: z.object({ connectString: z.string().max(1024), chroot: z.string().max(255) }).nullable(),
});
export type Owner = z.infer<typeof ownerSchema>;

/** A new directory, readable by this user alone, that says whose it is. */
export async function makeDirectory(base: string, owner: Owner): Promise<string> {
  const directory = await mkdtemp(join(base, PREFIX));
  await mkdir(join(directory, PROCESSES));
  await writeFile(join(directory, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
  return directory;
}

/** Whose the directory is; undefined where nothing readable says so. */
export async function readOwner(directory: string): Promise<Owner | undefined> {
  return ownerSchema.safeParse(await readJson(join(directory, OWNER_FILE))).data;
}

/** Notes a process of the directory, so that whoever cleans up finds it. */
export async function recordProcess(directory: string, name: string, identity: ProcessIdentity): Promise<void> {
  await writeFile(join(directory, PROCESSES, `${name}.json`), JSON.stringify(identity), { mode: 0o600 });
}

/** The processes noted; none where the directory is gone. */
export async function recordedProcesses(directory: string): Promise<ProcessIdentity[]> {
  const names = await readdir(join(directory, PROCESSES)).catch(() => []);
  const read = names.map(async (name) =>
    processIdentitySchema.safeParse(await readJson(join(directory, PROCESSES, name))),
  );
  return (await Promise.all(read)).flatMap((parsed) => (parsed.success ? [parsed.data] : []));
}

/** Removes the directory; one that is gone is no error. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** The directories of practice environments under `base` whose owner no longer lives. Other users' are never touched. */
export async function leftOverDirectories(base: string, clock: Clock): Promise<string[]> {
  const names = (await readdir(base)).filter((name) => name.startsWith(PREFIX));
  const judged = await Promise.all(
    names.map(async (name) => ((await isLeftOver(join(base, name), clock)) ? [join(base, name)] : [])),
  );
  return judged.flat();
}

async function isLeftOver(directory: string, clock: Clock): Promise<boolean> {
  const found = await lstat(directory).catch(() => undefined);
  if (!found?.isDirectory() || (process.getuid && found.uid !== process.getuid())) return false;
  const owner = await readOwner(directory);
  if (owner) return (await lifeOf(owner.owner)) === 'gone';
  const { mtimeMs } = await stat(directory).catch(() => ({ mtimeMs: clock.wallMs() }));
  return clock.wallMs() - mtimeMs > OWNERLESS_AFTER_MS;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Missing or cut short: for the caller both mean that it says nothing.
    return undefined;
  }
}
