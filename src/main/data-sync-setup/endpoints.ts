import { isIP } from 'node:net';
import { type DataSync, type DataSyncServer, type PortMapping, type Viewer, viewerSchema } from '#shared/domain';
import type { Service } from './services.ts';

export const VIEWERS: readonly Viewer[] = viewerSchema.options;

/** Where a viewer reaches a service. */
export interface Endpoint {
  host: string;
  port: number;
  /** Whether a router stands between, and how it forwards: as its table says, or (`assumed`) each port as it is. */
  via: 'nothing' | 'table' | 'assumed';
}

/** The address at which a viewer reaches a server. */
export function addressFor(server: DataSyncServer, viewer: Viewer): string {
  return server.addresses[viewer] ?? server.addresses.own;
}

/** Where a server's connections come from, as its peer sees them. */
export function sourceOf({ addresses, nat }: DataSyncServer): string {
  if (addresses.source !== undefined) return addresses.source;
  return nat && addresses.peer !== undefined && isIP(addresses.peer) ? addresses.peer : addresses.own;
}

/** Whether a viewer stands on the other side of the router. */
export function isTranslated(server: DataSyncServer, viewer: Viewer): boolean {
  return server.nat && addressFor(server, viewer) !== server.addresses.own;
}

/** Where a viewer finds a service: with NAT by the router's table, or at the same port where that has no line. */
export function endpoint(topology: DataSync, server: DataSyncServer, service: Service, viewer: Viewer): Endpoint {
  const host = addressFor(server, viewer);
  if (!isTranslated(server, viewer)) return { host, port: service.port, via: 'nothing' };
  const mapping = mappingFor(topology, server, service, viewer);
  return mapping ? { host, port: mapping.outsidePort, via: 'table' } : { host, port: service.port, via: 'assumed' };
}

/** The lines of the router's table that lead to a service. */
export function mappingsTo(
  { mappings }: DataSync,
  server: DataSyncServer,
  { protocol, port }: Pick<Service, 'protocol' | 'port'>,
): PortMapping[] {
  return mappings.filter(
    (each) => each.server === server.name && each.protocol === protocol && each.insidePort === port,
  );
}

/** The line that a viewer dials for a service: one that is for it, else one that is for whoever dials that address. */
export function mappingFor(
  topology: DataSync,
  server: DataSyncServer,
  service: Pick<Service, 'protocol' | 'port'>,
  viewer: Viewer,
): PortMapping | undefined {
  const host = addressFor(server, viewer);
  const lines = mappingsTo(topology, server, service).filter(({ outsideAddress }) => outsideAddress === host);
  return lines.find(({ viewers }) => viewers?.includes(viewer)) ?? lines.find(({ viewers }) => viewers === undefined);
}

/** A host's address family; undefined for a name, which may have both. */
export function familyOf(host: string): 4 | 6 | undefined {
  const family = isIP(host);
  return family === 4 || family === 6 ? family : undefined;
}
