import { encodeDatagram } from '#core/frames';
import type { ExchangeResult, Host } from '#main/hosts';
import { FUNCTIONS, type Message, message } from '#shared/domain';
import { type Finding, failed, LookEnded, passed, unknown } from '../finding.ts';
import { anyHost, type PairSight, REACH_TIMEOUT_MS, type ServerSight } from '../sight.ts';
import { firewallVerdict } from './firewall.ts';
import { todbOf } from './todb.ts';

const NFS_PORT = 2049;
/** A datagram may be lost. */
const DATAGRAMS = 2;
const DATAGRAM_TIMEOUT_MS = 900;

/** t2 (TCP, F3) from the console. */
export async function lookAtT2FromConsole(server: ServerSight, { here }: PairSight): Promise<Finding> {
  const { host, t2Port } = server.instance;
  return reach(here, host, t2Port, message('check.remedy.t2', { port: t2Port }));
}

/** t2 from the other instance's server: from the right place. */
export async function lookAtT2FromPeer(server: ServerSight, { servers }: PairSight): Promise<Finding> {
  const peer = peerOf(server, servers);
  const { host, t2Port } = peer.peerAddress;
  return reach(await anyHost(peer), host, t2Port, message('check.remedy.t2', { port: t2Port }));
}

/** f2 (UDP, F3) from the console. */
export async function lookAtF2FromConsole(server: ServerSight, sight: PairSight): Promise<Finding> {
  return datagrams(sight.here, server.instance.host, server.instance.f2Port, server);
}

/** f2 from the other instance's server. */
export async function lookAtF2FromPeer(server: ServerSight, { servers }: PairSight): Promise<Finding> {
  const peer = peerOf(server, servers);
  return datagrams(await peer.host(), peer.peerAddress.host, peer.peerAddress.f2Port, server);
}

/** The other one of the two. */
export function peerOf(server: ServerSight, servers: readonly [ServerSight, ServerSight]): ServerSight {
  return servers[0] === server ? servers[1] : servers[0];
}

/** F7, F16: the local database, from the server that writes to it. */
export async function lookAtDatabase(server: ServerSight): Promise<Finding> {
  const address = await databaseAddress(server);
  if (address === 'file') return passed(message('check.database.file'));
  return reach(await anyHost(server), address.host, address.port, message('check.remedy.database'));
}

/** As configured, else as the Todb file says. Throws LookEnded where neither does. */
export async function databaseAddress(server: ServerSight): Promise<{ host: string; port: number } | 'file'> {
  if (server.config.database) return server.config.database;
  const said = server.config.todbFile === undefined ? null : await addressInTodb(server, server.config.todbFile);
  return said ?? server.need('database');
}

/** That the file is wrong is its own check's to say: of the database nothing is known then. */
async function addressInTodb(
  server: ServerSight,
  file: string,
): Promise<{ host: string; port: number } | 'file' | null> {
  try {
    return (await todbOf(server)).address;
  } catch (error) {
    if (!(error instanceof LookEnded) || error.finding.result !== 'fail') throw error;
    const remedy = message('check.remedy.todb', { file });
    throw new LookEnded(unknown(message('check.database.noTodb', { file }), error.finding.evidence, remedy));
  }
}

/** The NFS service of what should be mounted, from the server that mounts it. Undefined: it is no NFS mount. */
export function nfsService(server: ServerSight): { host: string; port: number } | undefined {
  const { mount } = server.config;
  const host = /^(\[[0-9A-Fa-f:]+\]|[^/:[\]]+):\//.exec(mount?.source ?? '')?.[1]?.replace(/^\[|\]$/g, '');
  if (!mount || host === undefined || !/^nfs/.test(mount.type ?? 'nfs')) return undefined;
  // Through a router the mount says where NFS is forwarded from.
  const outside = mount.options.find((option) => /^port=\d{1,5}$/.test(option))?.slice('port='.length);
  const exporter =
    host === server.peerAddress.host || host === server.peer.host ? server.peer.server?.nfsPort : undefined;
  return { host, port: outside === undefined ? (exporter ?? NFS_PORT) : Number(outside) };
}

/** F3: the service behind the mount, from the server that mounts. */
export async function lookAtNfs(server: ServerSight): Promise<Finding> {
  const service = nfsService(server);
  if (!service) return passed(message('check.nfs.none'));
  return reach(await anyHost(server), service.host, service.port, message('check.remedy.nfs', { port: service.port }));
}

async function reach(from: Host, host: string, port: number, remedy: Message): Promise<Finding> {
  const result = await from.exchangeTcp({ host, port, timeoutMs: REACH_TIMEOUT_MS });
  const params = { from: from.name, host, port };
  const evidence = [`tcp ${host}:${port}: ${result.detail}`];
  switch (result.kind) {
    case 'answered':
      return passed(message('check.reach.open', params), evidence);
    case 'refused':
      return failed(message('check.reach.refused', params), evidence, remedy);
    case 'timeout':
      return failed(message('check.reach.timeout', params), evidence, remedy);
    case 'unreachable':
      return failed(message('check.reach.unreachable', { ...params, detail: result.detail }), evidence, remedy);
    default:
      return unknown(message('check.reach.unsaid', params), evidence, message('check.remedy.forwarding'));
  }
}

/**
 * UDP tells nothing by silence: no answer is a failure only where the target's firewall is known to drop it. 1403040
 * changes nothing at the node.
 */
async function datagrams(from: Host, host: string, port: number, target: ServerSight): Promise<Finding> {
  const payload = Buffer.from(encodeDatagram({ function: FUNCTIONS.systemInfo, id: 1 }));
  const results: ExchangeResult[] = [];
  for (let sent = 0; sent < DATAGRAMS; sent++) {
    results.push(await from.exchangeUdp({ host, port, payload, timeoutMs: DATAGRAM_TIMEOUT_MS }));
    if (results.at(-1)?.kind !== 'timeout') break;
  }
  const result = results.at(-1);
  const params = { from: from.name, host, port };
  const evidence = [`udp ${host}:${port}: ${result?.detail ?? ''}`];
  const remedy = message('check.remedy.f2', { port });
  if (result?.kind === 'answered') return passed(message('check.reach.datagram', params), evidence);
  if (result?.kind === 'refused') return failed(message('check.reach.refused', params), evidence, remedy);
  if (result?.kind === 'unreachable')
    return failed(message('check.reach.unreachable', { ...params, detail: result.detail }), evidence, remedy);
  if (result?.kind === 'unsaid')
    return unknown(
      message('check.reach.noBash', params),
      evidence,
      message('check.remedy.install', { command: 'bash' }),
    );
  const dropped = await droppedLines(target);
  if (dropped) return failed(message('check.reach.dropped', params), [...evidence, ...dropped], remedy);
  return unknown(message('check.reach.noDatagram', params), evidence, remedy);
}

/** The lines that drop f2 at the target, by its own port there; undefined: none is known to. */
async function droppedLines(target: ServerSight): Promise<string[] | undefined> {
  const packet = { protocol: 'udp', port: target.own.f2Port } as const;
  // Where its rules cannot be read nothing is known of them.
  const verdict = await firewallVerdict(target, packet).catch(() => undefined);
  return verdict?.says === 'dropped' ? verdict.lines : undefined;
}
