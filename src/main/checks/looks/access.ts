import { message } from '#shared/domain';
import { type Finding, passed, printed, unknown } from '../finding.ts';
import { LOOK_TIMEOUT_MS, type ServerSight } from '../sight.ts';

const UNAME = ['uname', '-s', '-r'];

/** Whether commands can be run on the server, and whether it is a system that the looks know. */
export async function lookAtAccess(server: ServerSight): Promise<Finding> {
  const host = await server.host();
  const name = printed(UNAME, await host.run(UNAME, { timeoutMs: LOOK_TIMEOUT_MS })).trim();
  if (!name.startsWith('Linux'))
    return unknown(message('check.access.otherSystem', { system: name.slice(0, 60) }), [name]);
  return passed(message('check.access.ok', { host: host.name }), [name]);
}
