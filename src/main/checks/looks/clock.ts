import { message } from '#shared/domain';
import { type Finding, failed, LookEnded, passed, printed, unknown, warned, withCommands } from '../finding.ts';
import { parseChronyc, parseDate, parseNtpq, parseTimedatectl, type TimeService } from '../parsers/time.ts';
import { LOOK_TIMEOUT_MS, type PairSight, type ServerSight, WINDOWS_TIMEOUT_MS } from '../sight.ts';
import { windowsClock } from '../windows/answers.ts';
import { runPowerShell } from '../windows/power-shell.ts';
import { CLOCK_SCRIPT } from '../windows/scripts.ts';

const WARNING_MS = 500;
const FAILURE_MS = 5_000;
const DATE = ['date', '+%s.%N'];
const CLOCK_COMMAND = ['powershell.exe', 'Get-Service W32Time'];
const SERVICES: readonly { command: string[]; parse(text: string): TimeService | undefined }[] = [
  { command: ['chronyc', '-n', 'tracking'], parse: parseChronyc },
  { command: ['timedatectl'], parse: parseTimedatectl },
  { command: ['ntpq', '-p', '-n'], parse: parseNtpq },
];

interface ServerClock {
  /** What the server's clock says at this moment. */
  wallMs: number;
  /** The server's clock minus the console's, and by how much that may be wrong. */
  offsetMs: number;
  errorMs: number;
  /** Where one command tells both. */
  service?: TimeService | undefined;
}

/** The server's clock beside the console's, and what the server's time service says of itself. */
export async function lookAtClock(server: ServerSight): Promise<Finding> {
  const [{ offsetMs, errorMs }, service] = await Promise.all([clockOf(server), serviceOf(server)]);
  const offset = Math.round(offsetMs);
  const evidence = [
    `offset to the console: ${offset} ms ± ${Math.round(errorMs)} ms`,
    ...(service ? [service.line] : []),
  ];
  const params = { offset, error: Math.round(errorMs) };
  const remedy = message('check.remedy.clock');
  const certainMs = Math.max(0, Math.abs(offsetMs) - errorMs);
  if (certainMs > FAILURE_MS) return failed(message('check.clock.off', params), evidence, remedy);
  if (service?.synchronised === false)
    return withCommands(warned(message('check.clock.notSynchronised', params), evidence, remedy), [
      ['timedatectl', 'set-ntp', 'true'],
      ['chronyc', 'tracking'],
    ]);
  if (certainMs > WARNING_MS || Math.abs(service?.offsetMs ?? 0) > WARNING_MS)
    return warned(message('check.clock.off', params), evidence, remedy);
  if (!service) return warned(message('check.clock.noService', params), evidence, remedy);
  return passed(message('check.clock.ok', params), evidence);
}

/** The server's clock beside this one, looked at once a run. */
export function clockOf(server: ServerSight): Promise<ServerClock> {
  return server.fact('clock', async () => {
    const windows = await server.windows();
    const result = windows
      ? await runPowerShell(windows, CLOCK_SCRIPT, WINDOWS_TIMEOUT_MS)
      : await (await server.host()).run(DATE, { timeoutMs: LOOK_TIMEOUT_MS });
    const after = Date.now();
    // It may have waited for its turn before it began.
    const before = after - result.tookMs;
    const said = windows ? windowsClock(printed(CLOCK_COMMAND, result)) : undefined;
    const date = windows ? said && { wallMs: said.wallMs, wholeSeconds: false } : parseDate(printed(DATE, result));
    if (!date)
      throw new LookEnded(unknown(message('check.clock.unreadable'), [result.stdout.toString('utf8').slice(0, 200)]));
    // Somewhere within the round trip the clock was read; without fractions somewhere within its second.
    const halfSecond = date.wholeSeconds ? 500 : 0;
    const wallMs = date.wallMs + halfSecond;
    const service = said && windowsService(said.service);
    return { wallMs, offsetMs: wallMs - (before + after) / 2, errorMs: (after - before) / 2 + halfSecond, service };
  });
}

/** It runs or it does not: what it has found out it says in the system's own language. */
function windowsService(status: string): TimeService | undefined {
  if (status === '') return undefined;
  return { synchronised: status === 'Running' ? null : false, offsetMs: null, line: `W32Time: ${status}` };
}

/** The first service that says something; undefined: none does. */
async function serviceOf(server: ServerSight): Promise<TimeService | undefined> {
  if (await server.windows()) return (await clockOf(server)).service;
  const host = await server.host();
  for (const { command, parse } of SERVICES) {
    const result = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS });
    const service = parse(result.stdout.toString('utf8'));
    if (service) return service;
  }
  return undefined;
}

/** The two servers' clocks beside each other: leases and sessions rest on both. */
export async function lookAtClockBetween({ servers }: PairSight): Promise<Finding> {
  const [a, b] = await Promise.all([clockOf(servers[0]), clockOf(servers[1])]);
  const offsetMs = a.offsetMs - b.offsetMs;
  const errorMs = a.errorMs + b.errorMs;
  const params = { offset: Math.round(offsetMs), error: Math.round(errorMs) };
  const evidence = [
    `${servers[0].instance.name} - ${servers[1].instance.name}: ${params.offset} ms ± ${params.error} ms`,
  ];
  const certainMs = Math.max(0, Math.abs(offsetMs) - errorMs);
  if (certainMs > FAILURE_MS)
    return failed(message('check.clock.apart', params), evidence, message('check.remedy.clock'));
  if (certainMs > WARNING_MS)
    return warned(message('check.clock.apart', params), evidence, message('check.remedy.clock'));
  return passed(message('check.clock.alike', params), evidence);
}
