import { zooKeeperServers } from '#main/checks';
import { type CheckedDataSync, checkDataSync, dataSyncItems, type SetupItem } from '#main/data-sync-setup';
import type { ServerAccess } from '#shared/domain';
import type { SetupValues, SharingTexts } from '#shared/setup';
import { accessOf } from './probes/context.ts';

/** What the draft says of NFS, as a topology: checked, or what is wrong with it (F3). Pure. */
export function topologyOf(values: SetupValues): CheckedDataSync {
  const { node, servers, sharing, zookeeper } = values;
  const { connectString } = zookeeper;
  const named = /^[^\s,/]+:\d+(,[^\s,/]+:\d+)*$/.test(connectString.trim());
  return checkDataSync({
    node: node.node.trim(),
    servers: ([0, 1] as const).map((index) => {
      const server = servers[index];
      const host = server.host.trim();
      const { own, system, firewall } = sharing.hosts[index];
      return {
        name: node.instances[index].name.trim(),
        addresses: {
          own: own.trim() || host,
          console: host,
          ...(server.nat ? { peer: server.peer.host.trim(), zooKeeperClients: server.registered.host.trim() } : {}),
        },
        nat: server.nat,
        ports: { t2: node.instances[index].t2Port, f2: node.instances[index].f2Port },
        system,
        firewall,
        shareDirectory: directoryIn(sharing.mounts[index === 0 ? 1 : 0].source),
        mountPoint: sharing.mounts[index].target.trim(),
      };
    }),
    mappings: ([0, 1] as const).flatMap((index) => mappingsOf(values, index)),
    zooKeeper: named ? zooKeeperServers(connectString.trim()) : [],
  });
}

/** What a server exports is what the other one says that it mounts. */
function directoryIn(source: string): string {
  return /^(?:\[[^\]]*\]|[^/:]+):(\/.*)$/.exec(source.trim())?.[1] ?? source.trim();
}

/** The router's table, as far as it was filled in: t2 is TCP, f2 is UDP. */
function mappingsOf({ servers, node }: SetupValues, index: 0 | 1): Record<string, unknown>[] {
  const { nat, peer } = servers[index];
  const { name, t2Port, f2Port } = node.instances[index];
  if (!nat) return [];
  return [
    { protocol: 'tcp', outsidePort: peer.t2Port, insidePort: t2Port },
    { protocol: 'udp', outsidePort: peer.f2Port, insidePort: f2Port },
    { protocol: 'tcp', outsidePort: 2_049, insidePort: 2_049 },
  ].map((mapping) => ({ server: name, outsideAddress: peer.host.trim(), ...mapping }));
}

/** Everything to be done on both servers and on a router between them, as texts to be copied. */
export function sharingTexts(values: SetupValues): SharingTexts {
  const checked = topologyOf(values);
  if (!checked.ok)
    return { items: [], problems: checked.problems.map(({ message: reason, remedy }) => ({ reason, remedy })) };
  return {
    problems: [],
    items: dataSyncItems(checked.topology).map(({ id, host, place, content, why, isAlternative }) => ({
      id,
      host,
      path: place.kind === 'file' ? place.path : null,
      content,
      why,
      isAlternative,
    })),
  };
}

/** A step that the console can make itself: there is a way to its server, and it is not only another way to the same. */
export interface SharingStep {
  item: SetupItem & { step: NonNullable<SetupItem['step']> };
  access: ServerAccess;
  /** The server's address as the console reaches it. */
  address: string;
}

/** The steps that can be made over the access that was given, in order. Empty where the topology is not right yet. */
export function sharingSteps(values: SetupValues): SharingStep[] {
  const checked = topologyOf(values);
  if (!checked.ok || values.sharing.kind !== 'nfs' || !values.sharing.apply) return [];
  return dataSyncItems(checked.topology).flatMap((item) => {
    const index = values.node.instances.findIndex(({ name }) => name.trim() === item.host);
    if (index < 0 || item.step === null || item.isAlternative) return [];
    const access = accessOf(values, index as 0 | 1);
    const address = values.servers[index as 0 | 1].host.trim();
    return access ? [{ item: { ...item, step: item.step }, access, address }] : [];
  });
}
