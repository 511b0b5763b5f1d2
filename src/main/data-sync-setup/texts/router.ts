import type { DataSync, PortMapping, Viewer } from '#shared/domain';
import { type Params, ROUTER_HOST, type SetupItem, textItem } from '../item.ts';
import { neededMappings } from '../problems/index.ts';
import type { ServiceName } from '../services.ts';

/** One line of the router's port-forward table. */
export interface PortForward extends PortMapping {
  insideAddress: string;
  service: ServiceName;
  /** Whether the router's table, as it was given, has it. */
  isGiven: boolean;
  /** Who dials it, as far as that is known. */
  dialledBy: Viewer[];
}

/** What the router has to forward (F3): t2 and NFS by TCP, f2 by UDP, and of NFSv3 the rest by both. */
export function portForwards(topology: DataSync): PortForward[] {
  return neededMappings(topology).map(({ mapping, service, isGiven, dialledBy }) => {
    const server = topology.servers.find(({ name }) => name === mapping.server);
    return { ...mapping, insideAddress: server?.addresses.own ?? '', service: service.name, isGiven, dialledBy };
  });
}

/** The table as text, a router each: those that share an outside address are one's. */
export function routerItems(topology: DataSync): SetupItem[] {
  const forwards = portForwards(topology);
  const outside = [...new Set(forwards.map(({ outsideAddress }) => outsideAddress))];
  return outside.map((address) => {
    const own = forwards.filter(({ outsideAddress }) => outsideAddress === address);
    const params: Params = { address, lines: own.length };
    return textItem(ROUTER_HOST, `forwards-${address}`, { kind: 'router' }, table(own), 'router', params);
  });
}

/** The table is copied into a ticket for whoever has the router, so it is in English as its ports and protocols are. */
const DIALLED_BY: Record<Viewer, string> = { console: 'console', peer: 'other server', zooKeeperClients: 'clients' };

function table(forwards: readonly PortForward[]): string {
  const rows = forwards.map(({ dialledBy, insideAddress, service, server, ...mapping }) => [
    mapping.protocol.toUpperCase(),
    `${mapping.outsideAddress}:${mapping.outsidePort}`,
    `${insideAddress}:${mapping.insidePort}`,
    service,
    server,
    dialledBy.map((viewer) => DIALLED_BY[viewer]).join(', '),
  ]);
  const all = [['protocol', 'outside', 'inside', 'service', 'server', 'used by'], ...rows];
  const width = (column: number) => Math.max(...all.map((row) => row[column]?.length ?? 0));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(width(column) + 2))
      .join('')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
