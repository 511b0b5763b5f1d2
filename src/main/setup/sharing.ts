import { zooKeeperServers } from '#main/checks';
import {
  type CheckedDataSync,
  checkDataSync,
  dataSyncItems,
  followsFromOthers,
  type SetupItem,
  withWholeTable,
} from '#main/data-sync-setup';
import { dataSyncSchema, type ServerAccess, type Viewer } from '#shared/domain';
import { type NatViewer, natLines, ownHost, ownPort, type SetupValues, type SharingTexts } from '#shared/setup';
import { accessOf } from './access.ts';

const NFS_PORT = 2_049;

/** What the draft says of NFS, as a topology: checked, or what is wrong with it (F3). Pure. */
export function topologyOf(values: SetupValues): CheckedDataSync {
  const plan = planOf(values);
  const parsed = dataSyncSchema.safeParse(plan);
  // The table is made complete before it is checked: the wizard asks only for what a router may change.
  return checkDataSync(parsed.success ? withWholeTable(parsed.data) : plan);
}

function planOf(values: SetupValues): Record<string, unknown> {
  const { node, servers, sharing, zookeeper } = values;
  const { connectString } = zookeeper;
  const named = /^[^\s,/]+:\d+(,[^\s,/]+:\d+)*$/.test(connectString.trim());
  return {
    node: node.node.trim(),
    servers: ([0, 1] as const).map((index) => {
      const server = servers[index];
      const host = server.host.trim();
      const { system, firewall } = sharing.hosts[index];
      const nfs = server.nat ? NFS_PORT : mountedPort(values, index);
      return {
        name: node.instances[index].name.trim(),
        addresses: {
          own: ownHost(values, index),
          console: host,
          ...(server.nat ? { peer: server.peer.host.trim(), zooKeeperClients: server.registered.host.trim() } : {}),
        },
        nat: server.nat,
        ports: { t2: ownPort(values, index, 't2Port'), f2: ownPort(values, index, 'f2Port'), nfs },
        system,
        firewall,
        shareDirectory: directoryIn(sharing.mounts[index === 0 ? 1 : 0].source),
        mountPoint: sharing.mounts[index].target.trim(),
        ...ownOptions(values, index),
      };
    }),
    nfsVersion: ([0, 1] as const).some((index) => optionOf(values, index, 'vers') === '3') ? '3' : '4',
    mappings: mappingsOf(values),
    zooKeeper: named ? zooKeeperServers(connectString.trim()) : [],
  };
}

const optionsOf = ({ sharing }: SetupValues, index: 0 | 1): string[] =>
  sharing.mounts[index].options
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '');

/** What is said of a mount by an option `name=value`; NFS's version has two names. */
function optionOf(values: SetupValues, index: 0 | 1, name: 'vers' | 'port'): string | undefined {
  const said = optionsOf(values, index).map((option) => option.replace(/^nfsvers=/, 'vers='));
  return said.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Where the other server's mount dials NFS of this one. */
function mountedPort(values: SetupValues, index: 0 | 1): number {
  return Number(optionOf(values, index === 0 ? 1 : 0, 'port') ?? NFS_PORT);
}

/** The mount's options as far as the texts do not say them by themselves; none: those that the texts have by default. */
function ownOptions(values: SetupValues, index: 0 | 1): { mountOptions?: string[] } {
  const mountOptions = optionsOf(values, index).filter((option) => !followsFromOthers(option));
  return mountOptions.length > 0 ? { mountOptions } : {};
}

/** The draft's field behind a place of the topology; null: there is none. */
export function topologyField([first, at, ...rest]: readonly (string | number)[]): string | null {
  if (first === 'node') return 'node.node';
  if (first !== 'servers' || (at !== 0 && at !== 1)) return null;
  const [part = '', inner = ''] = rest;
  const fields: Partial<Record<string, string>> = {
    name: `node.instances.${at}.name`,
    // What a server exports is what the other one says that it mounts.
    shareDirectory: `sharing.mounts.${at === 0 ? 1 : 0}.source`,
    mountPoint: `sharing.mounts.${at}.target`,
    mountOptions: `sharing.mounts.${at}.options`,
    'addresses own': `sharing.hosts.${at}.own`,
    'addresses source': `sharing.hosts.${at}.own`,
    'addresses console': `servers.${at}.host`,
    'addresses peer': `servers.${at}.peer.host`,
    'addresses zooKeeperClients': `servers.${at}.registered.host`,
    'ports t2': `node.instances.${at}.t2Port`,
    'ports f2': `node.instances.${at}.f2Port`,
    'ports nfs': `sharing.mounts.${at === 0 ? 1 : 0}.options`,
  };
  return fields[part] ?? fields[`${part} ${inner}`] ?? null;
}

/** What a server exports is what the other one says that it mounts. */
function directoryIn(source: string): string {
  return /^(?:\[[^\]]*\]|[^/:]+):(\/.*)$/.exec(source.trim())?.[1] ?? source.trim();
}

const VIEWERS: Readonly<Record<NatViewer, Viewer>> = {
  console: 'console',
  peer: 'peer',
  registered: 'zooKeeperClients',
};

/** The router's table, whole as far as it was filled in: t2 and f2 for all who dial them, NFS for the other server. */
function mappingsOf(values: SetupValues): Record<string, unknown>[] {
  const nameOf = (index: 0 | 1) => values.node.instances[index].name.trim();
  const ofNode = natLines(values).map(({ server, viewers, protocol, outside, inside }) => ({
    server: nameOf(server),
    protocol,
    outsideAddress: outside.host,
    outsidePort: outside.port,
    insidePort: inside.port,
    viewers: viewers.map((viewer) => VIEWERS[viewer]),
  }));
  const ofNfs = ([0, 1] as const).flatMap((index) => {
    const { nat, peer } = values.servers[index];
    const outsideAddress = peer.host.trim();
    if (!nat || outsideAddress === ownHost(values, index)) return [];
    const outsidePort = mountedPort(values, index);
    return [{ server: nameOf(index), protocol: 'tcp', outsideAddress, outsidePort, insidePort: NFS_PORT }];
  });
  return [...ofNode, ...ofNfs];
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
