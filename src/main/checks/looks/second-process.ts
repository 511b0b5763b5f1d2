import { message } from '#shared/domain';
import { type Finding, failed, LookEnded, warned, withCommands } from '../finding.ts';
import type { ListedProcess } from '../parsers/processes.ts';
import { processesOf } from '../processes.ts';
import { type InstanceNames, type SecondProcess, secondProcesses } from '../second-process.ts';
import { LOOK_TIMEOUT_MS, type ServerSight } from '../sight.ts';

/** A second process of the instance that is registered, if there is one; undefined also where processes are not listed. */
export async function lookForSecond(
  server: ServerSight,
  registered: number,
  names: InstanceNames,
): Promise<Finding | undefined> {
  const processes = await processesOf(server).catch((error: unknown): ListedProcess[] => {
    if (error instanceof LookEnded) return [];
    throw error;
  });
  const own = processes.find(({ pid }) => pid === registered);
  if (!own) return undefined;
  const found = await placed(server, own, secondProcesses(processes, own, names));
  const [second] = found;
  if (!second) return undefined;
  const { pid, runningS } = second.process;
  const params = { pid, registered, seconds: runningS ?? 0, registeredSeconds: own.runningS ?? 0 };
  const isDated = runningS !== null && own.runningS !== null;
  const evidence = [own.line, ...found.map(({ process }) => process.line)];
  const remedy = message('check.remedy.mtSecond', { pid, registered });
  const finding = second.isSure
    ? failed(message(isDated ? 'check.mt.second' : 'check.mt.secondUndated', params), evidence, remedy)
    : warned(message('check.mt.perhapsSecond', params), evidence, remedy);
  return withCommands(finding, await showing(server, [registered, ...found.map(({ process }) => process.pid)]));
}

/** What shows these processes with their users and starts. */
export async function showing(server: ServerSight, pids: readonly number[]): Promise<string[][]> {
  return (await server.windows()) ? [] : [['ps', '-f', '-p', pids.join(',')]];
}

/** So many are looked at closely; more of one kind are told by these. */
const MOST_SECONDS = 4;

/** Where each runs decides of those whose command lines alone do not. Surest first. */
async function placed(
  server: ServerSight,
  own: ListedProcess,
  found: readonly SecondProcess[],
): Promise<{ process: ListedProcess; isSure: boolean }[]> {
  const some = found.slice(0, MOST_SECONDS);
  const isPlaceWanted = some.some(({ likeness }) => likeness !== 'same');
  const home = isPlaceWanted ? await directoryOf(server, own.pid) : undefined;
  const judged = await Promise.all(
    some.map(async ({ process, likeness }) => {
      if (likeness === 'same') return { process, isSure: true };
      const place = home === undefined ? undefined : await directoryOf(server, process.pid);
      if (place !== undefined) return place === home ? { process, isSure: true } : [];
      return likeness === 'likely' ? { process, isSure: false } : [];
    }),
  );
  return judged.flat().sort((a, b) => Number(b.isSure) - Number(a.isSure));
}

/** The directory that a process runs in; undefined where the user of the check is not shown it. */
async function directoryOf(server: ServerSight, pid: number): Promise<string | undefined> {
  if (await server.windows()) return undefined;
  const host = await server.host();
  const result = await host.run(['readlink', `/proc/${pid}/cwd`], { timeoutMs: LOOK_TIMEOUT_MS });
  const place = result.stdout.toString('utf8').trim();
  return result.kind === 'ended' && result.exitCode === 0 && place !== '' ? place : undefined;
}
