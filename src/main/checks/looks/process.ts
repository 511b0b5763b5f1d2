import { parseStat } from '#core/process';
import { message } from '#shared/domain';
import { commandTrouble, type Finding, failed, passed, printed, unknown, warned } from '../finding.ts';
import { processesWith } from '../parsers/processes.ts';
import { processesOf } from '../processes.ts';
import { LOOK_TIMEOUT_MS, type PairSight, type ServerSight } from '../sight.ts';

const UPTIME_COMMAND = ['cat', '/proc/uptime'];
/** What the kernel counts a process's start in, on every Linux that is met (USER_HZ). */
const TICKS_A_SECOND = 100;

/** The mt process is there, since when, and once only: by the text of its command line, else by its registration. */
export async function lookAtProcess(server: ServerSight, sight: PairSight): Promise<Finding> {
  const { process: text } = server.config;
  return text === undefined ? byRegistration(server, sight) : byText(server, text);
}

async function byText(server: ServerSight, text: string): Promise<Finding> {
  const found = processesWith(await processesOf(server), text);
  const evidence = found.map(({ line }) => line);
  const params = { text, count: found.length };
  const [only] = found;
  if (!only) return failed(message('check.mt.none', params), [`ps: nothing with ${text}`], message('check.remedy.mt'));
  if (found.length > 1) return failed(message('check.mt.several', params), evidence, message('check.remedy.mtSeveral'));
  const { pid, runningS } = only;
  // BusyBox' plain list does not say since when.
  if (runningS === null) return passed(message('check.mt.there', { pid }), evidence);
  return passed(message('check.mt.ok', { pid, seconds: runningS }), evidence);
}

/** The very process that is registered: same boot, same pid, same start. */
async function byRegistration(server: ServerSight, { records }: PairSight): Promise<Finding> {
  const { name } = server.instance;
  const host = await server.host();
  const found = await records.read();
  if (found.kind === 'unreachable')
    return unknown(message('check.mt.noRecords', { detail: found.detail }), [found.detail]);
  const registration = found.registrations.get(name);
  if (!registration) return unknown(message('check.mt.notRegistered', { name }), [], message('check.remedy.mt'));
  const { pid, startTime, bootId } = registration.process;
  const bootCommand = ['cat', '/proc/sys/kernel/random/boot_id'];
  const statCommand = ['cat', `/proc/${pid}/stat`];
  const options = { timeoutMs: LOOK_TIMEOUT_MS };
  const [boot, stat, uptime] = await Promise.all([
    host.run(bootCommand, options),
    host.run(statCommand, options),
    host.run(UPTIME_COMMAND, options),
  ]);
  const here = printed(bootCommand, boot).trim();
  // A container's boot id goes on with its namespaces.
  if (here !== bootId.split('+')[0]) return unknown(message('check.process.otherBoot', { pid }), [here, bootId]);
  const trouble = commandTrouble(statCommand, stat, [0, 1]);
  if (trouble) return trouble;
  const line = stat.stdout.toString('utf8').trim();
  const shown = parseStat(line);
  const remedy = message('check.remedy.mt');
  if (!shown) return failed(message('check.process.gone', { pid }), [stat.stderr], remedy);
  if (shown.startTime !== startTime) return failed(message('check.process.pidReused', { pid }), [line], remedy);
  if (/[ZX]/.test(shown.stateLetter) && shown.threads <= 1)
    return failed(message('check.process.zombie', { pid }), [line], remedy);
  if (/[Tt]/.test(shown.stateLetter)) return warned(message('check.process.frozen', { pid }), [line], remedy);
  const seconds = runningS(uptime.stdout.toString('utf8'), startTime);
  if (seconds === null) return passed(message('check.mt.registered', { pid }), [line]);
  return passed(message('check.mt.ok', { pid, seconds }), [line]);
}

/** For how long a process has been running, by /proc/uptime and the ticks since the boot at which it began. */
function runningS(uptime: string, startTime: string): number | null {
  const found = /^(\d{1,12})(\.\d+)? /.exec(uptime);
  return found && /^\d{1,15}$/.test(startTime)
    ? Math.max(0, Math.round(Number(found[1]) - Number(startTime) / TICKS_A_SECOND))
    : null;
}
