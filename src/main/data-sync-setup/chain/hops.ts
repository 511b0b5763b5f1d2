import type { DataSync, DataSyncServer, Protocol, Viewer } from '#shared/domain';
import { type Endpoint, endpoint } from '../endpoints.ts';
import { peerOf, type Service, type ServiceName, servicesOf } from '../services.ts';

/** How a hop is tried: TCP by a connection, f2 by a heartbeat in a datagram, NFS by its own procedure that does nothing. */
export type ProbeKind = 'connect' | 'heartbeat' | 'rpc';

/** One way that somebody will use, from the place that will use it. */
export interface ChainHop {
  id: string;
  /** Who uses it, and so who tries it: {@link CONSOLE}, or an instance. */
  from: string;
  /** The instance that is reached; {@link ZOOKEEPER}. */
  to: string;
  service: ServiceName | 'zookeeper';
  protocol: Protocol;
  /** What the one who uses it dials. */
  target: { host: string; port: number };
  /** Where that arrives behind a router; the same as `target` where there is none. */
  arrives: { host: string; port: number };
  via: Endpoint['via'];
  probe: ProbeKind;
}

export const CONSOLE = 'console';
export const ZOOKEEPER = 'zookeeper';

/** Every way of a pair, in the order in which data and heartbeats go. Pure. */
export function chainHops(topology: DataSync): ChainHop[] {
  const ofServers = topology.servers.flatMap((server) => {
    const peer = peerOf(topology, server).name;
    return servicesOf(topology, server).flatMap((service) =>
      service.name === 't2' || service.name === 'f2'
        ? [
            hop(topology, server, service, CONSOLE, 'console'),
            // The console reads addresses out of ZooKeeper as any client does.
            hop(topology, server, service, CONSOLE, 'zooKeeperClients'),
            hop(topology, server, service, peer, 'peer'),
          ]
        : [hop(topology, server, service, peer, 'peer')],
    );
  });
  const hops = [...ofServers, ...zooKeeperHops(topology)];
  return hops.filter(({ id }, index) => hops.findIndex((each) => each.id === id) === index);
}

function hop(topology: DataSync, server: DataSyncServer, service: Service, from: string, viewer: Viewer): ChainHop {
  const { host, port, via } = endpoint(topology, server, service, viewer);
  return {
    id: `${from}>${server.name} ${service.name}/${service.protocol} ${host}:${port}`,
    from,
    to: server.name,
    service: service.name,
    protocol: service.protocol,
    target: { host, port },
    arrives: via === 'nothing' ? { host, port } : { host: server.addresses.own, port: service.port },
    via,
    probe: service.name === 't2' ? 'connect' : service.name === 'f2' ? 'heartbeat' : 'rpc',
  };
}

function zooKeeperHops({ zooKeeper, servers }: DataSync): ChainHop[] {
  return zooKeeper.flatMap((target) =>
    [CONSOLE, servers[0].name, servers[1].name].map((from) => ({
      id: `${from}>${ZOOKEEPER} ${target.host}:${target.port}`,
      from,
      to: ZOOKEEPER,
      service: ZOOKEEPER,
      protocol: 'tcp' as const,
      target,
      arrives: target,
      via: 'nothing' as const,
      probe: 'connect' as const,
    })),
  );
}
