import { type DataSync, type DataSyncServer, PORTMAPPER_PORT, type Protocol } from '#shared/domain';

/** What a server of a pair answers for. `t2` and `f2` are the mt node's; the others are NFS. */
export type ServiceName = 't2' | 'f2' | 'nfs' | 'portmapper' | 'mountd' | 'statd' | 'lockd';

export interface Service {
  name: ServiceName;
  protocol: Protocol;
  /** At the server itself. */
  port: number;
  /**
   * The other side learns this port from the server (through the portmapper), so a router may not change it.
   */
  isFixed: boolean;
}

/** The protocols of each service (F3: t2 is TCP, f2 is UDP). NFS itself is TCP here, in both versions. */
const PROTOCOLS: Record<ServiceName, readonly Protocol[]> = {
  t2: ['tcp'],
  f2: ['udp'],
  nfs: ['tcp'],
  portmapper: ['tcp', 'udp'],
  mountd: ['tcp'],
  statd: ['tcp', 'udp'],
  lockd: ['tcp', 'udp'],
};

/** What must be reachable at a server, by whom it is needed: the other one for NFS, that and its clients for the node. */
export function servicesOf({ nfsVersion }: DataSync, server: DataSyncServer): Service[] {
  const names: ServiceName[] = ['t2', 'f2'];
  if (server.exports) names.push('nfs');
  // Locks call back: a server that only mounts answers for them, too.
  if (nfsVersion === '3') names.push('portmapper', ...(server.exports ? (['mountd'] as const) : []), 'statd', 'lockd');
  return names.flatMap((name) =>
    PROTOCOLS[name].map((protocol) => ({
      name,
      protocol,
      port: portOf(server, name),
      isFixed: name === 'portmapper' || name === 'statd' || name === 'lockd',
    })),
  );
}

function portOf({ ports }: DataSyncServer, name: ServiceName): number {
  return name === 'portmapper' ? PORTMAPPER_PORT : ports[name];
}

/** The other server of a pair. */
export function peerOf({ servers }: DataSync, server: DataSyncServer): DataSyncServer {
  return servers[0] === server ? servers[1] : servers[0];
}
