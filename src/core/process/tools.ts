import { ProcessReadError, type ProcessReading, type ProcessState, type ProcessSystem } from './port.ts';

/** Systems without /proc: their own tools are asked, by absolute path and without a shell. */
const PS = '/bin/ps';
const SYSCTL = '/usr/sbin/sysctl';
const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const powershell = (script: string) => ['-NoProfile', '-NonInteractive', '-Command', script];

/** The id of this boot. Throws ProcessReadError. */
export async function macBootId(system: ProcessSystem): Promise<string> {
  const id = (await system.run(SYSCTL, ['-n', 'kern.bootsessionuuid'])).trim();
  if (!/^[0-9A-Fa-f-]{36}$/.test(id)) throw new ProcessReadError(null, 'sysctl gave no boot id');
  return id.toLowerCase();
}

/** Windows has no boot id: the machine's own GUID and the time of the last boot stand for it. */
export async function windowsBootId(system: ProcessSystem): Promise<string> {
  const output = await system.run(
    POWERSHELL,
    powershell(
      "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Cryptography').MachineGuid; " +
        '(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString("yyyyMMddHHmmss")',
    ),
  );
  const [guid, bootedAt] = output.trim().split(/\s+/);
  if (!guid || !bootedAt || !/^[0-9A-Fa-f-]{36}$/.test(guid) || !/^\d{14}$/.test(bootedAt))
    throw new ProcessReadError(null, 'PowerShell gave no boot time');
  return `${guid.toLowerCase()}/${bootedAt}`;
}

/** By `ps`, to the second. Throws ProcessReadError where it says nothing of a process that is there. */
export async function readMacProcess(system: ProcessSystem, pid: number, bootId: string): Promise<ProcessReading> {
  if (system.probe(pid) === 'absent') return { found: false };
  const output = await system.run(PS, ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)]);
  const match = /^(\S+)\s+(\S.{0,62}\S)$/.exec(output.trim());
  if (!match?.[1] || !match[2]) throw new ProcessReadError(pid, 'ps gave no start time');
  const state: ProcessState = match[1].startsWith('Z') ? 'dead' : match[1].startsWith('T') ? 'stopped' : 'running';
  return { found: true, identity: { bootId, pid, startTime: match[2].replace(/\s+/g, ' ') }, state };
}

/** By PowerShell, to 100 ns. Throws ProcessReadError where it says nothing of a process that is there. */
export async function readWindowsProcess(system: ProcessSystem, pid: number, bootId: string): Promise<ProcessReading> {
  if (system.probe(pid) === 'absent') return { found: false };
  const output = await system.run(POWERSHELL, powershell(`(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`));
  const startTime = output.trim();
  if (!/^\d{1,20}$/.test(startTime)) throw new ProcessReadError(pid, 'PowerShell gave no start time');
  return { found: true, identity: { bootId, pid, startTime }, state: 'running' };
}
