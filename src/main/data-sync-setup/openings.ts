import type { DataSync, DataSyncServer, Protocol } from '#shared/domain';
import { sourceOf } from './endpoints.ts';
import { mark } from './escape.ts';
import { peerOf, type ServiceName, servicesOf } from './services.ts';

/** What a server's firewall has to let in. */
export interface Opening {
  service: ServiceName;
  protocol: Protocol;
  port: number;
  /** From there alone; null: from everywhere, for a node has clients. */
  source: string | null;
  /** What the rule is called, so that it is found again. */
  comment: string;
}

/** What a server's firewall has to let in (F3). */
export function openingsOf(topology: DataSync, server: DataSyncServer): Opening[] {
  const peer = sourceOf(peerOf(topology, server));
  return servicesOf(topology, server).map(({ name, protocol, port }) => ({
    service: name,
    protocol,
    port,
    source: name === 't2' || name === 'f2' ? null : peer,
    comment: `kuantu ${mark(topology.node)} ${name} ${protocol}`,
  }));
}
