import type { DataSync } from '#shared/domain';
import { firewallItems } from './firewall/index.ts';
import type { SetupItem } from './item.ts';
import { exportItems } from './texts/exports.ts';
import { mountItems, mountPlan } from './texts/mount.ts';
import { portItems } from './texts/ports.ts';
import { routerItems } from './texts/router.ts';
import { programItems, serviceItems } from './texts/service.ts';

/**
 * Everything that has to be done for a checked topology, in the order in which it can be: what serves on both servers
 * before what mounts. Pure.
 */
export function dataSyncItems(topology: DataSync): SetupItem[] {
  const serving = topology.servers.flatMap((server) => [
    ...programItems(server, mountPlan(topology, server) !== undefined),
    ...portItems(topology, server),
    ...exportItems(topology, server),
    ...serviceItems(topology, server),
    ...firewallItems(topology, server),
  ]);
  const mounting = topology.servers.flatMap((server) => mountItems(topology, server));
  return [...routerItems(topology), ...serving, ...mounting];
}
