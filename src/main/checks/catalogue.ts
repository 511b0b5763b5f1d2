import type { Finding } from './finding.ts';
import { lookAtAccess } from './looks/access.ts';
import { lookAtClock, lookAtClockBetween } from './looks/clock.ts';
import { lookAtFirewall, lookAtFirewallPort } from './looks/firewall.ts';
import { lookAtListening } from './looks/listening.ts';
import { lookAtMount, lookAtMountAnswers, lookAtMountSpace } from './looks/mount.ts';
import { lookAtMountWritable } from './looks/mount-writable.ts';
import { lookAtSvrMode } from './looks/node.ts';
import { lookAtProcess } from './looks/process.ts';
import {
  lookAtDatabase,
  lookAtF2FromConsole,
  lookAtF2FromPeer,
  lookAtNfs,
  lookAtT2FromConsole,
  lookAtT2FromPeer,
  nfsService,
  peerOf,
} from './looks/reach.ts';
import { lookAtRedo, lookAtRedoLag } from './looks/redo.ts';
import { lookAtRoute } from './looks/route.ts';
import { lookAtTodb, lookAtTodbIdentical } from './looks/todb.ts';
import { lookAtZooKeeper } from './looks/zookeeper.ts';
import type { PairSight, ServerSight } from './sight.ts';

/** A check of one server. */
export interface ServerCheck {
  id: string;
  look(server: ServerSight, sight: PairSight): Promise<Finding>;
}

/** A check of the pair as a whole. */
export interface PairCheck {
  id: string;
  look(sight: PairSight): Promise<Finding>;
}

const NFS_PORT = 2049;

const SERVER_CHECKS: readonly ServerCheck[] = [
  { id: 'access', look: lookAtAccess },
  { id: 'mount', look: lookAtMount },
  { id: 'mount-answers', look: lookAtMountAnswers },
  { id: 'mount-writable', look: lookAtMountWritable },
  { id: 'mount-space', look: lookAtMountSpace },
  { id: 'redo', look: lookAtRedo },
  { id: 'clock', look: lookAtClock },
  { id: 'todb', look: lookAtTodb },
  { id: 'database', look: lookAtDatabase },
  { id: 'process', look: lookAtProcess },
  { id: 'svr-mode', look: lookAtSvrMode },
  { id: 't2-listening', look: (server) => lookAtListening(server, 't2') },
  { id: 'f2-listening', look: (server) => lookAtListening(server, 'f2') },
  { id: 't2-from-console', look: lookAtT2FromConsole },
  { id: 't2-from-peer', look: lookAtT2FromPeer },
  { id: 'f2-from-console', look: lookAtF2FromConsole },
  { id: 'f2-from-peer', look: lookAtF2FromPeer },
  { id: 'zookeeper', look: lookAtZooKeeper },
  { id: 'firewall', look: lookAtFirewall },
];

export const PAIR_CHECKS: readonly PairCheck[] = [
  { id: 'todb-identical', look: lookAtTodbIdentical },
  { id: 'clock-between', look: lookAtClockBetween },
  { id: 'redo-lag', look: lookAtRedoLag },
  { id: 'route', look: lookAtRoute },
];

/** The checks of a server: those of every server, and of the ports that this one offers to the other. */
export function serverChecks(server: ServerSight, sight: PairSight): ServerCheck[] {
  const ports = offeredPorts(server, sight).map((port) => ({
    id: `firewall-${port.name}`,
    look: (each: ServerSight) => lookAtFirewallPort(each, port),
  }));
  const nfs = nfsService(server) ? [{ id: 'nfs', look: lookAtNfs }] : [];
  return [...SERVER_CHECKS, ...ports, ...nfs];
}

interface OfferedPort {
  name: 't2' | 'f2' | 'nfs' | 'database' | 'zookeeper';
  protocol: 'tcp' | 'udp';
  port: number;
}

/** F3, F7: t2 and f2 always; NFS, database and ZooKeeper where this server is who offers them. */
function offeredPorts(server: ServerSight, { servers, zooKeeperServers }: PairSight): OfferedPort[] {
  const { instance, config } = server;
  const peer = peerOf(server, servers);
  const isThisServer = (host: string) =>
    host === instance.host || host === server.own.host || host === peer.peerAddress.host;
  const ports: OfferedPort[] = [
    { name: 't2', protocol: 'tcp', port: server.own.t2Port },
    { name: 'f2', protocol: 'udp', port: server.own.f2Port },
  ];
  const mounted = nfsService(peer);
  if (config.nfsPort !== undefined || (mounted && isThisServer(mounted.host)))
    ports.push({ name: 'nfs', protocol: 'tcp', port: config.nfsPort ?? NFS_PORT });
  const database = peer.config.database ?? config.database;
  if (database && isThisServer(database.host)) ports.push({ name: 'database', protocol: 'tcp', port: database.port });
  const ensemble = zooKeeperServers.find(({ host }) => isThisServer(host));
  if (ensemble) ports.push({ name: 'zookeeper', protocol: 'tcp', port: ensemble.port });
  return ports;
}
