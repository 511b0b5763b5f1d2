import { message, type Registration } from '#shared/domain';
import { type Finding, failed, LookEnded, passed, unknown, warned, withCommands } from '../finding.ts';
import { type ListedProcess, processesWith } from '../parsers/processes.ts';
import { processesOf } from '../processes.ts';
import { ancestorsOf, type InstanceNames, parentsOf, processesNaming } from '../second-process.ts';
import type { PairSight, ServerSight } from '../sight.ts';
import { listeningOf } from './listening.ts';
import { lookAtRegistered } from './registered-process.ts';
import { lookForSecond, showing } from './second-process.ts';

/** What ZooKeeper says of the instance. */
type Known =
  | { kind: 'registered'; registration: Registration }
  | { kind: 'none' }
  | { kind: 'unreachable'; detail: string };

/** The mt process is there, since when, and once only: by the text of its command line, and by its registration. */
export async function lookAtProcess(server: ServerSight, sight: PairSight): Promise<Finding> {
  const { process: text } = server.config;
  // Of a server that cannot be looked at nothing else is asked.
  await server.system();
  const known = await knownOf(server, sight);
  const names = { instance: server.instance.name, node: sight.pair.node };
  if (text !== undefined) return byText(server, text, known, names);
  if (known.kind === 'unreachable')
    return unknown(message('check.mt.noRecords', { detail: known.detail }), [known.detail]);
  return known.kind === 'none' ? unregistered(server, names) : byRegistration(server, known.registration, names);
}

async function knownOf(server: ServerSight, { records }: PairSight): Promise<Known> {
  const found = await records.read();
  if (found.kind === 'unreachable') return found;
  const registration = found.registrations.get(server.instance.name);
  return registration ? { kind: 'registered', registration } : { kind: 'none' };
}

/** The very process that is registered, and no other one of the instance beside it. */
async function byRegistration(
  server: ServerSight,
  { process: identity }: Registration,
  names: InstanceNames,
): Promise<Finding> {
  const sight = await lookAtRegistered(server, identity);
  if (sight.kind === 'amiss') return sight.finding;
  const second = await lookForSecond(server, identity.pid, names);
  return second ?? running('check.mt.registered', { pid: identity.pid, runningS: sight.runningS }, [sight.line]);
}

function running(
  undated: string,
  { pid, runningS }: Pick<ListedProcess, 'pid' | 'runningS'>,
  evidence: readonly string[],
): Finding {
  if (runningS === null) return passed(message(undated, { pid }), evidence);
  return passed(message('check.mt.ok', { pid, seconds: runningS }), evidence);
}

async function byText(server: ServerSight, text: string, known: Known, names: InstanceNames): Promise<Finding> {
  const processes = await processesOf(server);
  const found = processesWith(processes, text);
  const evidence = found.map(({ line }) => line);
  const params = { text, count: found.length };
  const [only] = found;
  if (!only) return failed(message('check.mt.none', params), [`ps: nothing with ${text}`], message('check.remedy.mt'));
  if (found.length > 1) {
    const pids = found.map(({ pid }) => pid).join(', ');
    return failed(message('check.mt.several', { ...params, pids }), evidence, message('check.remedy.mtSeveral'));
  }
  // BusyBox' plain list does not say since when.
  const ok = running('check.mt.there', only, evidence);
  if (known.kind === 'none') return notRegistered(only, names, evidence);
  if (known.kind === 'unreachable') return ok;
  const { process: identity } = known.registration;
  const sight = await lookAtRegistered(server, identity);
  const parents = parentsOf(processes);
  const isIt = [only.pid, ...ancestorsOf(only.pid, parents)].includes(identity.pid);
  if (isIt || ancestorsOf(identity.pid, parents).includes(only.pid)) {
    // What is registered may run in a container, whose numbers are not the server's.
    if (sight.kind === 'amiss') return sight.finding.result === 'unknown' ? ok : sight.finding;
    return (await lookForSecond(server, identity.pid, names)) ?? ok;
  }
  if (sight.kind === 'amiss' && sight.finding.result === 'unknown') return ok;
  const said = message('check.mt.otherRegistered', { pid: only.pid, text, registered: identity.pid });
  const remedy = message('check.remedy.mtSecond', { pid: only.pid, registered: identity.pid });
  const shown = sight.kind === 'running' ? [sight.line] : sight.finding.evidence;
  return withCommands(failed(said, [...evidence, ...shown], remedy), await showing(server, [identity.pid, only.pid]));
}

/** Nothing is registered and nothing says what to look for: whoever listens on its port, or is called by its names, runs. */
async function unregistered(server: ServerSight, names: InstanceNames): Promise<Finding> {
  const { t2Port, f2Port } = server.instance;
  const [ports, processes] = await Promise.all([known(listeningOf(server)), known(processesOf(server))]);
  const own = (ports ?? []).filter(
    ({ protocol, port }) => port === (protocol === 'tcp' ? t2Port : f2Port) && port !== 0,
  );
  const pid = own.flatMap((port) => port.processes)[0]?.pid;
  const listener = (processes ?? []).find((process) => process.pid === pid);
  const evidence = own.map(({ line }) => line);
  if (listener) return notRegistered(listener, names, [listener.line, ...evidence]);
  const [named] = processesNaming(processes ?? [], names);
  if (named) {
    const said = message('check.mt.perhapsUnregistered', { pid: named.pid, name: names.instance, node: names.node });
    return warned(said, [named.line, ...evidence], remedyUnregistered(names));
  }
  if (own.length > 0)
    return warned(message('check.mt.unknownListens', { name: names.instance }), evidence, remedyUnregistered(names));
  return unknown(message('check.mt.notRegistered', { name: names.instance }), [], message('check.remedy.mt'));
}

/** What a look found out; undefined where it could not. */
async function known<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof LookEnded) return undefined;
    throw error;
  }
}

function notRegistered({ pid, runningS }: ListedProcess, names: InstanceNames, evidence: readonly string[]): Finding {
  const params = { pid, name: names.instance, seconds: runningS ?? 0 };
  const key = runningS === null ? 'check.mt.unregisteredUndated' : 'check.mt.unregistered';
  return warned(message(key, params), evidence, remedyUnregistered(names));
}

const remedyUnregistered = ({ instance }: InstanceNames) => message('check.remedy.mtUnregistered', { name: instance });
