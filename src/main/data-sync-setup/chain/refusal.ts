import type { DataSync, Protocol } from '#shared/domain';
import { problem, type SetupProblem } from '../problem.ts';
import { servicesOf } from '../services.ts';

/** What somebody wants tried by hand. */
export interface ProbeRequest {
  server: string;
  protocol: Protocol;
  /** At the server itself. */
  port: number;
}

/** Why a trial would say nothing: a TCP connection to a UDP port is refused whatever the node does; null: it may be made. */
export function probeRefusal(topology: DataSync, { server: name, protocol, port }: ProbeRequest): SetupProblem | null {
  const server = topology.servers.find((each) => each.name === name);
  if (!server) return problem(['server'], 'mappingServer', { server: name });
  const services = servicesOf(topology, server).filter((each) => each.port === port);
  if (services.length === 0 || services.some((each) => each.protocol === protocol)) return null;
  const [service] = services;
  const params = { server: name, port, service: service?.name ?? '', must: service?.protocol ?? '', is: protocol };
  return problem(['protocol'], 'probeProtocol', params);
}
