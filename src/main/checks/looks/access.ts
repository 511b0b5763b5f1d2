import { message } from '#shared/domain';
import { type Finding, passed } from '../finding.ts';
import { anyHost, type ServerSight } from '../sight.ts';

/** Whether commands can be run on the server, and whether it is a system that the looks know. */
export async function lookAtAccess(server: ServerSight): Promise<Finding> {
  const host = await anyHost(server);
  return passed(message('check.access.ok', { host: host.name }), [await server.system()]);
}
