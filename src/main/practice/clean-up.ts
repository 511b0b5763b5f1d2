import { type Clock, type Random, sleep } from '#core/clock';
import { createZooKeeperSession, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import { leftOverDirectories, readOwner, recordedProcesses, removeDirectory } from './directory.ts';
import { endProcess } from './processes.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const CHROOT_TIMEOUT_MS = 10_000;
const RETRY_MS = 50;

export interface CleanUpDeps {
  clock: Clock;
  random: Random;
}

/** Ends every process noted in the directory, removes what it left in a ZooKeeper of others, and the directory. */
export async function cleanUp(directory: string, deps: CleanUpDeps): Promise<void> {
  const processes = await recordedProcesses(directory);
  await Promise.all(processes.map((identity) => endProcess(identity, deps.clock)));
  const foreign = (await readOwner(directory))?.foreignChroot;
  try {
    if (foreign) await removeChroot(foreign.connectString, foreign.chroot, deps);
  } finally {
    await removeDirectory(directory);
  }
}

/**
 * Cleans up after every practice environment under `base` whose owner no longer lives. Returns what could not be
 * cleaned up, a sentence each: it keeps nobody from starting.
 */
export async function sweepLeftOvers(base: string, deps: CleanUpDeps): Promise<string[]> {
  const directories = await leftOverDirectories(base, deps.clock);
  const ended = await Promise.allSettled(directories.map((directory) => cleanUp(directory, deps)));
  return ended.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
}

/** Makes `chroot` and what is missing above it. */
export async function makeChroot(connectString: string, chroot: string, deps: CleanUpDeps): Promise<void> {
  await withSession(connectString, deps, (session) => session.ensurePath(chroot));
}

/** Removes a node and everything below it; one that is gone is no error. */
export async function removeChroot(connectString: string, chroot: string, deps: CleanUpDeps): Promise<void> {
  await withSession(connectString, deps, async (session) => {
    const deadlineMs = deps.clock.monotonicMs() + CHROOT_TIMEOUT_MS;
    // A console's or node's session that has not run out may add something once more.
    while (!(await removeTree(session, chroot))) {
      if (deps.clock.monotonicMs() > deadlineMs) throw new Error(`${chroot} at ${connectString} could not be emptied`);
      await sleep(deps.clock, RETRY_MS);
    }
  });
}

async function withSession(
  connectString: string,
  { clock, random }: CleanUpDeps,
  use: (session: ZooKeeperSession) => Promise<void>,
): Promise<void> {
  const session = createZooKeeperSession({ connectString, sessionTimeoutMs: 6_000 }, { clock, random });
  try {
    await session.whenConnected(CONNECT_TIMEOUT_MS);
    await use(session);
  } finally {
    await session.close();
  }
}

/** False where something was added meanwhile. */
async function removeTree(session: ZooKeeperSession, path: string): Promise<boolean> {
  try {
    for (const child of await session.children(path)) {
      if (!(await removeTree(session, `${path}/${child}`))) return false;
    }
    await session.remove(path);
    return true;
  } catch (error) {
    if (!(error instanceof ZooKeeperError)) throw error;
    if (error.code === 'NO_NODE') return true;
    if (error.code === 'NOT_EMPTY') return false;
    throw error;
  }
}
