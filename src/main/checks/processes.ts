import type { Host } from '#main/hosts';
import { message } from '#shared/domain';
import { commandTrouble, type Finding, LookEnded, unknown } from './finding.ts';
import { type ListedProcess, parsePs } from './parsers/processes.ts';
import { LOOK_TIMEOUT_MS, type ServerSight, WINDOWS_TIMEOUT_MS } from './sight.ts';
import { windowsProcesses } from './windows/answers.ts';
import { askedOfWindows } from './windows/power-shell.ts';
import { PROCESSES_SCRIPT } from './windows/scripts.ts';

/** procps knows every process's elapsed time; BusyBox shows every process anyway, and not every one of it knows elapsed time. */
const PS_COMMANDS = [
  ['ps', '-e', '-o', 'pid,ppid,etime,args'],
  ['ps', '-o', 'pid,ppid,etime,args'],
  ['ps', '-o', 'pid,ppid,args'],
  ['ps'],
] as const;
const PS_BYTES = 4 * 1024 * 1024;

/** The processes of a server, once a run. Rejects with LookEnded where they cannot be listed. */
export function processesOf(server: ServerSight): Promise<ListedProcess[]> {
  return server.fact('processes', async () => {
    const windows = await server.windows();
    if (!windows) return listProcesses(await server.host());
    const request = { name: 'Win32_Process', script: PROCESSES_SCRIPT, timeoutMs: WINDOWS_TIMEOUT_MS };
    return askedOfWindows(windows, request, windowsProcesses);
  });
}

/** The processes of a Linux server as they are now. Rejects with LookEnded where they cannot be listed. */
export async function listProcesses(host: Host): Promise<ListedProcess[]> {
  let trouble: Finding | undefined;
  for (const command of PS_COMMANDS) {
    const result = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: PS_BYTES });
    const listed = parsePs(result.stdout.toString('utf8'));
    trouble = commandTrouble(command, result);
    if (!trouble && listed) return listed;
    // Only a version that does not know the options is asked otherwise.
    if (result.kind !== 'ended') break;
  }
  throw new LookEnded(trouble ?? unknown(message('check.mt.noList')));
}
