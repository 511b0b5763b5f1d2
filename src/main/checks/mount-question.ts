import type { CommandResult, Host } from '#main/hosts';
import { LookEnded } from './finding.ts';
import type { ListedProcess } from './parsers/processes.ts';
import { askersOf, statFsCommand } from './parsers/stat-fs.ts';
import { listProcesses } from './processes.ts';
import { LOOK_TIMEOUT_MS } from './sight.ts';

/** A mount that takes longer hangs. */
export const MOUNT_TIMEOUT_MS = 2_000;

/** What came of asking a mount. */
export type MountAnswer =
  | { kind: 'ended'; command: readonly string[]; result: CommandResult }
  /** No answer in the time; `waiting`: the process that even SIGKILL does not end before the mount answers. */
  | { kind: 'silent'; command: readonly string[]; waiting: ListedProcess | undefined }
  /** Not asked: this process still waits for the answer to an earlier question. */
  | { kind: 'waiting'; waiting: ListedProcess };

/** No mount has this number: of a path it is not known what holds it. */
export const NO_MOUNT = 0;

/** A mount of a server, and a path by which it is asked. */
export interface AskedMount {
  id: number;
  path: string;
}

/** What is asked about, whichever path leads there. */
export const mountKey = ({ id, path }: AskedMount): string => (id === NO_MOUNT ? path : String(id));

/** Questions under way: several pairs may have instances on one server, with one mount. */
const underWay = new WeakMap<Host, Map<string, Promise<MountAnswer>>>();

/**
 * Asks a mount, and never leaves more than one process waiting for it: while one does, of whichever run or console, no
 * further one is started. `processes`: those of the server; undefined where they cannot be listed, and then every
 * question is asked.
 */
export function askMount(
  host: Host,
  mount: AskedMount,
  processes: readonly ListedProcess[] | undefined,
): Promise<MountAnswer> {
  const questions = underWay.get(host) ?? new Map<string, Promise<MountAnswer>>();
  underWay.set(host, questions);
  const key = mountKey(mount);
  const asked = questions.get(key);
  if (asked) return asked;
  const question = ask(host, mount, processes).finally(() => questions.delete(key));
  questions.set(key, question);
  return question;
}

async function ask(
  host: Host,
  { id, path }: AskedMount,
  processes: readonly ListedProcess[] | undefined,
): Promise<MountAnswer> {
  const before = processes && (await waitingAsker(host, processes, id));
  if (before) return { kind: 'waiting', waiting: before };
  const command = statFsCommand(id, path);
  const result = await host.run(command, { timeoutMs: MOUNT_TIMEOUT_MS });
  if (result.kind !== 'timeout') return { kind: 'ended', command, result };
  const isBusy = await isHostBusy(host);
  const waiting = await askerLeft(host, id);
  if (waiting || !isBusy) return { kind: 'silent', command, waiting };
  // A server too busy even for a command that does nothing says nothing of its mount: then it is asked once more.
  const again = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS });
  if (again.kind !== 'timeout') return { kind: 'ended', command, result: again };
  return { kind: 'silent', command, waiting: await askerLeft(host, id) };
}

/** Which of the listed processes waits for the mount for longer than one that is answered does. */
export function overdueAsker(processes: readonly ListedProcess[], mountId: number): ListedProcess | undefined {
  return askersOf(processes, mountId).find(({ runningS }) => runningS === null || runningS * 1_000 >= MOUNT_TIMEOUT_MS);
}

/** Where it is not shown since when, one that is about to be answered is gone at the second look. */
async function waitingAsker(
  host: Host,
  processes: readonly ListedProcess[],
  mountId: number,
): Promise<ListedProcess | undefined> {
  const found = overdueAsker(processes, mountId);
  if (!found || found.runningS !== null) return found;
  return overdueAsker((await listed(host)) ?? [], mountId);
}

/** A process that asks the mount at this moment: of a question that got no answer, the one that killing does not end. */
export async function askerLeft(host: Host, mountId: number): Promise<ListedProcess | undefined> {
  return askersOf((await listed(host)) ?? [], mountId)[0];
}

async function listed(host: Host): Promise<ListedProcess[] | undefined> {
  try {
    return await listProcesses(host);
  } catch (error) {
    if (error instanceof LookEnded) return undefined;
    throw error;
  }
}

async function isHostBusy(host: Host): Promise<boolean> {
  const nothing = await host.run(['true'], { timeoutMs: LOOK_TIMEOUT_MS });
  return nothing.kind === 'timeout' || nothing.tookMs > MOUNT_TIMEOUT_MS / 4;
}
