import type { ProcessIdentity } from '#shared/domain';
import { linuxBootId, readLinuxProcess } from './linux.ts';
import { ProcessReadError, type ProcessReading, type ProcessSystem } from './port.ts';
import { processSystem } from './system.ts';
import { macBootId, readMacProcess, readWindowsProcess, windowsBootId } from './tools.ts';

/** Wraps what the system threw, so that the caller always learns which process could not be read. */
async function reading<T>(pid: number | null, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProcessReadError) throw error;
    throw new ProcessReadError(pid, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** This machine's own, once it has told: it stays the same for as long as this process lives. */
let known: string | undefined;

/**
 * This boot of this machine; another boot, machine or container has another one. Throws {@link ProcessReadError} where
 * the system does not tell.
 */
export async function bootId(system: ProcessSystem = processSystem): Promise<string> {
  if (system !== processSystem) return readBootId(system);
  known ??= await readBootId(system);
  return known;
}

function readBootId(system: ProcessSystem): Promise<string> {
  return reading(null, () => {
    if (system.platform === 'linux') return linuxBootId(system);
    if (system.platform === 'darwin') return macBootId(system);
    if (system.platform === 'win32') return windowsBootId(system);
    throw new ProcessReadError(null, `not known on ${system.platform}`);
  });
}

/** What this machine says of a pid. Throws {@link ProcessReadError} where it cannot say. */
export function readProcess(pid: number, system: ProcessSystem = processSystem): Promise<ProcessReading> {
  return reading(pid, async () => {
    // Signal 0 to pid 0 or below would ask about a process group.
    if (!Number.isSafeInteger(pid) || pid < 1) throw new ProcessReadError(pid, 'not a pid');
    const boot = await bootId(system);
    if (system.platform === 'linux') return readLinuxProcess(system, pid, boot);
    return system.platform === 'darwin' ? readMacProcess(system, pid, boot) : readWindowsProcess(system, pid, boot);
  });
}

/**
 * Who the process with this pid is: what an instance registers of itself. Throws {@link ProcessReadError} where there
 * is no such process or the machine cannot say.
 */
export async function readProcessIdentity(
  pid: number,
  system: ProcessSystem = processSystem,
): Promise<ProcessIdentity> {
  const found = await readProcess(pid, system);
  if (!found.found) throw new ProcessReadError(pid, 'no such process');
  return found.identity;
}
