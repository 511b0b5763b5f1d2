import { isIP } from 'node:net';
import { zooKeeperServers } from '#main/checks';
import type { Host } from '#main/hosts';
import { message } from '#shared/domain';
import { serverIndexes } from '#shared/setup';
import { accessOf } from '../access.ts';
import { type Look, looked, type ProbeContext } from './context.ts';

const COMMAND_TIMEOUT_MS = 6_000;

/** A server that could be entered. */
interface Entered {
  index: 0 | 1;
  host: Host;
  machineId: string | null;
  bootId: string | null;
}

/** Whether the servers can be entered, are two machines, and agree with the console in what names mean. Changes nothing. */
export async function probeServers(context: ProbeContext): Promise<void> {
  const { values, signal } = context;
  const entered = await Promise.all(serverIndexes(values).map((index) => enter(context, index)));
  if (signal.aborted) return;
  const [a, b] = entered;
  if (a && b) await looked(context, SAME_MACHINE, async () => machinesLook(a, b));
  await probeNames(
    context,
    entered.filter((each) => each !== undefined),
  );
  await Promise.all(entered.map((each) => each && probeDirectory(context, each)));
}

const SAME_MACHINE = { id: 'two-machines', about: 'A, B', field: 'servers.1.host' } as const;

function nameOf({ values }: ProbeContext, index: 0 | 1): string {
  return values.node.instances[index].name || ['A', 'B'][index] || '';
}

async function enter(context: ProbeContext, index: 0 | 1): Promise<Entered | undefined> {
  const access = accessOf(context.values, index);
  const { type } = context.values.servers[index].access;
  const subject = { id: `access ${index}`, about: nameOf(context, index), field: `servers.${index}.access.type` };
  if (!access) {
    if (type === 'none')
      await looked(context, subject, async () => ({
        result: 'warn',
        reason: message('setup.server.noAccess'),
        remedy: message('setup.remedy.noAccess'),
      }));
    return undefined;
  }
  let entered: Entered | undefined;
  const look = await looked(context, subject, async () => {
    const host = await context.hosts.open(access, context.values.servers[index].host.trim());
    const uname = await host.run(['uname', '-s', '-r', '-m'], { timeoutMs: COMMAND_TIMEOUT_MS });
    const system = uname.stdout.toString('utf8').trim();
    if (uname.kind !== 'ended' || uname.exitCode !== 0)
      return { result: 'fail', reason: message('setup.server.noCommand'), evidence: [uname.stderr] };
    entered = {
      index,
      host,
      machineId: await lineOf(host, '/etc/machine-id'),
      bootId: await lineOf(host, '/proc/sys/kernel/random/boot_id'),
    };
    return { result: 'pass', reason: message('setup.server.entered', { host: host.name, system }), evidence: [system] };
  });
  return look.result === 'pass' ? entered : undefined;
}

async function lineOf(host: Host, file: string): Promise<string | null> {
  const { kind, exitCode, stdout } = await host.run(['cat', file], { timeoutMs: COMMAND_TIMEOUT_MS });
  return kind === 'ended' && exitCode === 0 ? stdout.toString('utf8').trim() || null : null;
}

/** The boot id tells machines apart for certain; a machine id may have been copied with a disk. */
function machinesLook(a: Entered, b: Entered): Look {
  const evidence = [a, b].map(
    ({ host, machineId, bootId }) => `${host.name}: machine-id ${machineId ?? '?'}, boot_id ${bootId ?? '?'}`,
  );
  if (a.bootId !== null && a.bootId === b.bootId)
    return {
      result: 'fail',
      reason: message('setup.server.sameMachine'),
      remedy: message('setup.remedy.sameMachine'),
      evidence,
    };
  if (a.machineId !== null && a.machineId === b.machineId)
    return {
      result: 'warn',
      reason: message('setup.server.clonedId'),
      remedy: message('setup.remedy.clonedId'),
      evidence,
    };
  if (a.bootId === null || b.bootId === null)
    return { result: 'unknown', reason: message('setup.server.machineUnsaid'), evidence };
  return { result: 'pass', reason: message('setup.server.twoMachines'), evidence };
}

interface NamedHost {
  name: string;
  field: string;
}

/** Every name, with the field it stands in. */
function namesOf({ values }: ProbeContext): NamedHost[] {
  const named: NamedHost[] = serverIndexes(values).flatMap((index) => {
    const { host, nat, peer, registered } = values.servers[index];
    return [
      { name: host.trim(), field: `servers.${index}.host` },
      ...(nat ? [{ name: peer.host.trim(), field: `servers.${index}.peer.host` }] : []),
      ...(nat ? [{ name: registered.host.trim(), field: `servers.${index}.registered.host` }] : []),
    ];
  });
  const { connectString } = values.zookeeper;
  const ensemble = /^[^\s,/]+:\d+(,[^\s,/]+:\d+)*$/.test(connectString.trim())
    ? zooKeeperServers(connectString.trim())
    : [];
  const all = [...named, ...ensemble.map(({ host }) => ({ name: host, field: 'zookeeper.connectString' }))];
  return all.filter(
    ({ name }, at) => name !== '' && isIP(name) === 0 && all.findIndex((each) => each.name === name) === at,
  );
}

/** The same name may be another address on each machine: `/etc/hosts`, split DNS. */
async function probeNames(context: ProbeContext, entered: readonly Entered[]): Promise<void> {
  const askers = [
    { who: context.hosts.here.name, host: context.hosts.here },
    ...entered.map(({ index, host }) => ({ who: nameOf(context, index), host })),
  ];
  for (const { name, field } of namesOf(context)) {
    if (context.signal.aborted) return;
    await looked(context, { id: `name ${name}`, about: name, field }, async () => {
      const answers = await Promise.all(
        askers.map(async ({ who, host }) => ({ who, addresses: await resolved(host, name) })),
      );
      return namesLook(name, answers);
    });
  }
}

async function resolved(host: Host, name: string): Promise<string[]> {
  const { stdout } = await host.run(['getent', 'ahosts', name], { timeoutMs: COMMAND_TIMEOUT_MS });
  const addresses = stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(/\s+/)[0] ?? '')
    .filter((address) => isIP(address) !== 0);
  return [...new Set(addresses)].sort();
}

/** Pure: what the same name means to each of those asked. */
export function namesLook(name: string, answers: readonly { who: string; addresses: readonly string[] }[]): Look {
  const evidence = answers.map(({ who, addresses }) => `${who}: ${addresses.join(', ') || '–'}`);
  const lost = answers.filter(({ addresses }) => addresses.length === 0);
  if (lost.length > 0)
    return {
      result: 'fail',
      reason: message('setup.server.nameUnknown', { name, who: lost.map(({ who }) => who).join(', ') }),
      remedy: message('setup.remedy.name.unknown', { name }),
      evidence,
    };
  const different = new Set(answers.map(({ addresses }) => addresses.join())).size > 1;
  return different
    ? {
        result: 'fail',
        reason: message('setup.server.nameDiffers', { name }),
        remedy: message('setup.remedy.name.differs', { name }),
        evidence,
      }
    : {
        result: 'pass',
        reason: message('setup.server.nameSame', { name, addresses: answers[0]?.addresses.join(', ') ?? '' }),
        evidence,
      };
}

async function probeDirectory(context: ProbeContext, { index, host }: Entered): Promise<void> {
  const directory = context.values.servers[index].redoDirectory.trim();
  if (directory === '' || context.signal.aborted) return;
  const subject = { id: `directory ${index}`, about: nameOf(context, index), field: `servers.${index}.redoDirectory` };
  await looked(context, subject, async () => {
    const { exitCode, kind } = await host.run(['test', '-d', directory], { timeoutMs: COMMAND_TIMEOUT_MS });
    if (kind !== 'ended') return { result: 'unknown', reason: message('setup.server.directoryUnsaid', { directory }) };
    return exitCode === 0
      ? { result: 'pass', reason: message('setup.server.directory', { directory }) }
      : {
          result: 'fail',
          reason: message('setup.server.noDirectory', { directory }),
          remedy: message('setup.remedy.noDirectory'),
        };
  });
}
