import { withDeadline } from '#core/clock';
import { encodeDatagram } from '#core/frames';
import { findZooKeeperLogin } from '#main/secrets';
import {
  FUNCTIONS,
  message,
  pairPaths,
  parseRecord,
  RecordError,
  type Registration,
  registrationSchema,
  sessionOptions,
} from '#shared/domain';
import { serverIndexes } from '#shared/setup';
import { probeByChecks, probedPair } from './checks.ts';
import { type Look, looked, type ProbeContext } from './context.ts';
import { unreadLook } from './refused.ts';

const NODE_CHECKS: ReadonlySet<string> = new Set([
  't2-from-console',
  't2-from-peer',
  'f2-from-console',
  'f2-from-peer',
  't2-listening',
  'f2-listening',
  'process',
  'svr-mode',
]);
const REACH_TIMEOUT_MS = 1_500;
const DATAGRAM_TIMEOUT_MS = 700;
const ZOOKEEPER_TIMEOUT_MS = 4_000;
const CLOSE_TIMEOUT_MS = 500;

/** Ports by their protocol (F3), from every place that uses them; `svr_mode` (F9); what is registered (F2). Changes nothing. */
export async function probeNode(context: ProbeContext): Promise<void> {
  await Promise.all([
    probeByChecks(context, (id) => NODE_CHECKS.has(id)),
    ...serverIndexes(context.values).map((index) => probeProtocols(context, index)),
    probeRegistrations(context),
  ]);
}

/** What stands behind a number: a port of the other protocol is the commonest mistake, and looks like a firewall. */
async function probeProtocols(context: ProbeContext, index: 0 | 1): Promise<void> {
  const { values, hosts } = context;
  const { name, t2Port, f2Port } = values.node.instances[index];
  const host = values.servers[index].host.trim();
  if (host === '' || t2Port === null || f2Port === null) return;
  const tcp = async (port: number) => (await hosts.here.exchangeTcp({ host, port, timeoutMs: REACH_TIMEOUT_MS })).kind;
  const payload = Buffer.from(encodeDatagram({ function: FUNCTIONS.systemInfo, id: 1 }));
  const udp = async (port: number) =>
    (await hosts.here.exchangeUdp({ host, port, payload, timeoutMs: DATAGRAM_TIMEOUT_MS })).kind;
  const at = `node.instances.${index}`;
  const [t2Tcp, f2Tcp, t2Udp, f2Udp] = await Promise.all([tcp(t2Port), tcp(f2Port), udp(t2Port), udp(f2Port)]);
  const facts = { t2Port, f2Port, t2Tcp, f2Tcp, t2Udp, f2Udp };
  await looked(context, { id: `protocol ${index}`, about: name, field: `${at}.t2Port` }, async () =>
    protocolLook(facts),
  );
  const wrong = datagramLook(facts);
  if (wrong)
    await looked(context, { id: `protocol f2 ${index}`, about: name, field: `${at}.f2Port` }, async () => wrong);
}

export interface ProtocolFacts {
  t2Port: number;
  f2Port: number;
  t2Tcp: string;
  f2Tcp: string;
  t2Udp: string;
  f2Udp: string;
}

/** Pure: what answers where, and so whether the two numbers are the right way round. */
export function protocolLook({ t2Port, f2Port, t2Tcp, f2Tcp, t2Udp }: ProtocolFacts): Look {
  const evidence = [`tcp ${t2Port}: ${t2Tcp}`, `tcp ${f2Port}: ${f2Tcp}`, `udp ${t2Port}: ${t2Udp}`];
  const params = { t2Port, f2Port };
  if (t2Tcp === 'answered') return { result: 'pass', reason: message('setup.node.t2IsTcp', params), evidence };
  const remedy = message('setup.remedy.swappedPorts');
  if (f2Tcp === 'answered') return { result: 'fail', reason: message('setup.node.swapped', params), remedy, evidence };
  if (t2Udp === 'answered') return { result: 'fail', reason: message('setup.node.t2IsUdp', params), remedy, evidence };
  return {
    result: 'fail',
    reason: message('setup.node.noTcp', params),
    remedy: message('setup.remedy.noTcp', params),
    evidence,
  };
}

/** Pure: that the number given for f2 takes TCP and answers no datagram; undefined where that is not so. */
export function datagramLook({ f2Port, f2Tcp, f2Udp }: ProtocolFacts): Look | undefined {
  if (f2Tcp !== 'answered' || f2Udp === 'answered') return undefined;
  return {
    result: 'fail',
    reason: message('setup.node.f2IsTcp', { f2Port }),
    remedy: message('setup.remedy.swappedPorts'),
    evidence: [`tcp ${f2Port}: ${f2Tcp}`, `udp ${f2Port}: ${f2Udp}`],
  };
}

/** What is registered in ZooKeeper under the pair's path, held against what was filled in (F2). */
async function probeRegistrations(context: ProbeContext): Promise<void> {
  const { values, deps } = context;
  const probed = probedPair(values);
  if (!probed) return;
  const { environment, pair } = probed;
  const paths = pairPaths(environment.pathTemplate, pair.system, pair.node);
  const expected = serverIndexes(values).map((index) => expectedOf(values, index));
  let registered: readonly FoundRegistration[] = [];
  const { digestAuth } = await findZooKeeperLogin(environment, deps);
  const session = deps.openSession(sessionOptions(environment.zookeeper, digestAuth));
  try {
    await looked(context, { id: 'registrations', about: 'ZooKeeper', field: 'node.node' }, async () => {
      await session.whenConnected(ZOOKEEPER_TIMEOUT_MS);
      const reading = readRegistrations(session, paths.instances).catch((error: unknown) =>
        unreadLook(error, `${environment.zookeeper.chroot}${paths.instances}`, values),
      );
      const found = await withDeadline(deps.clock, ZOOKEEPER_TIMEOUT_MS, 'ZooKeeper', reading);
      if (!Array.isArray(found)) return found;
      registered = found;
      return registrationsLook(found, expected, paths.instances);
    });
    for (const [index, { name }] of expected.entries()) {
      const exchanged = exchangedLook(registered, expected, name);
      const field = `node.instances.${index}.t2Port`;
      if (exchanged) await looked(context, { id: `exchanged ${index}`, about: name, field }, async () => exchanged);
    }
  } finally {
    await session.close(CLOSE_TIMEOUT_MS).catch(() => {});
  }
}

type FoundRegistration = { instance: string; registration: Registration | null };

async function readRegistrations(
  session: ReturnType<ProbeContext['deps']['openSession']>,
  path: string,
): Promise<FoundRegistration[]> {
  if (!(await session.exists(path))) return [];
  const names = await session.children(path);
  return Promise.all(
    names.slice(0, 20).map(async (instance) => {
      const node = await session.get(`${path}/${instance}`);
      return { instance, registration: node ? orNull(() => parseRecord(registrationSchema, path, node.data)) : null };
    }),
  );
}

function orNull<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RecordError) return null;
    throw error;
  }
}

interface ExpectedInstance {
  name: string;
  host: string;
  t2Port: number | null;
  f2Port: number | null;
}

/** An instance as its registration should have it: where NAT makes that differ, as clients of ZooKeeper see it. */
function expectedOf(values: ProbeContext['values'], index: 0 | 1): ExpectedInstance {
  const server = values.servers[index];
  const { name, t2Port, f2Port } = values.node.instances[index];
  return server.nat ? { name, ...server.registered } : { name, host: server.host.trim(), t2Port, f2Port };
}

/** Pure: whether who is registered is who was filled in, under the same addresses. */
export function registrationsLook(
  found: readonly FoundRegistration[],
  expected: readonly ExpectedInstance[],
  path: string,
): Look {
  const evidence = found.map(({ instance, registration }) =>
    registration
      ? `${instance}: ${registration.addresses.map(({ viewer, host, t2Port, f2Port }) => `${viewer} ${host} t2 ${t2Port} f2 ${f2Port}`).join('; ')}, svr_mode ${registration.svrMode}`
      : `${instance}: ?`,
  );
  const foreign = found.filter(({ instance }) => !expected.some(({ name }) => name === instance));
  const missing = expected.filter(({ name }) => !found.some(({ instance }) => instance === name));
  if (foreign.length > 0)
    return {
      result: 'fail',
      reason: message('setup.node.foreign', { names: foreign.map(({ instance }) => instance).join(', '), path }),
      remedy: message('setup.remedy.foreign'),
      evidence,
    };
  for (const { name, host, t2Port, f2Port } of expected) {
    const registration = found.find(({ instance }) => instance === name)?.registration;
    const fits = registration?.addresses.some(
      (address) => address.host === host && address.t2Port === t2Port && address.f2Port === f2Port,
    );
    if (registration && !fits)
      return {
        result: 'warn',
        reason: message('setup.node.otherAddress', { instance: name, expected: `${host} t2 ${t2Port} f2 ${f2Port}` }),
        remedy: message('setup.remedy.otherAddress'),
        evidence,
      };
  }
  if (missing.length > 0)
    return {
      result: 'warn',
      reason: message('setup.node.notRegistered', { names: missing.map(({ name }) => name).join(', '), path }),
      remedy: message('setup.remedy.notRegistered'),
      evidence,
    };
  return { result: 'pass', reason: message('setup.node.registered', { path }), evidence };
}

/** Pure: that an instance was given the address under which the other one is registered; undefined where it was not. */
export function exchangedLook(
  found: readonly FoundRegistration[],
  expected: readonly ExpectedInstance[],
  name: string,
): Look | undefined {
  const own = expected.find((each) => each.name === name);
  const isAt = ({ registration }: FoundRegistration) =>
    registration?.addresses.some(
      ({ host, t2Port, f2Port }) => host === own?.host && t2Port === own.t2Port && f2Port === own.f2Port,
    );
  const holder = found.find((each) => each.instance !== name && isAt(each));
  const isOwnToo = found.some((each) => each.instance === name && isAt(each));
  if (!holder || isOwnToo || !expected.some((each) => each.name === holder.instance)) return undefined;
  return {
    result: 'fail',
    reason: message('setup.node.otherInstance', { instance: name, other: holder.instance }),
    remedy: message('setup.remedy.otherInstance'),
  };
}
