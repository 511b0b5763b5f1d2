import { z } from 'zod';
import { pathNameSchema } from './environment.ts';
import { absolutePathSchema, portSchema, serverAddressSchema } from './server.ts';

/**
 * How the two servers of a pair are to share their data (F3, F6): where each is reached from, what it exports and
 * mounts, which firewall it has, and what a router between them forwards. Texts and steps are made of it.
 */
export const PORTMAPPER_PORT = 111;

/** What a reader of the other's redo needs: nothing cached, and an end to every call (docs/operations.md). */
export const DEFAULT_MOUNT_OPTIONS: readonly string[] = [
  'softerr',
  'timeo=10',
  'retrans=2',
  'actimeo=0',
  'lookupcache=none',
];

const protocol = z.enum(['tcp', 'udp']);
export type Protocol = z.infer<typeof protocol>;

/** Where a server is reached; what is left out is `own`. */
const addressesSchema = z.strictObject({
  /** On its own interface: an IP address. */
  own: serverAddressSchema,
  console: serverAddressSchema.optional(),
  peer: serverAddressSchema.optional(),
  /** What it registers in ZooKeeper, for those who read it there. */
  zooKeeperClients: serverAddressSchema.optional(),
  /** Where its connections come from, as the other server sees them: an IP address. Default: what `peer` says. */
  source: z.string().min(1, 'problem.required').max(255, 'problem.tooLong').optional(),
});

const portsSchema = z.strictObject({
  t2: portSchema,
  f2: portSchema,
  nfs: portSchema.default(2_049),
  /** These are used by NFSv3 alone. */
  mountd: portSchema.default(20_048),
  statd: portSchema.default(32_765),
  statdOutgoing: portSchema.default(32_766),
  lockd: portSchema.default(32_803),
});

const mountOptionsSchema = z.array(z.string().regex(/^[^\s,\p{Cc}-][^\s,\p{Cc}]*$/u, 'problem.mountOption')).max(32);

export const dataSyncServerSchema = z.strictObject({
  /** The instance's name. */
  name: pathNameSchema,
  addresses: addressesSchema,
  /** A router translates addresses and ports in front of it. */
  nat: z.boolean().default(false),
  ports: portsSchema,
  system: z.enum(['debian', 'rhel']).default('debian'),
  firewall: z.enum(['firewalld', 'ufw', 'nftables', 'iptables', 'none']).default('none'),
  /** The chain that decides what comes in; of nftables alone. */
  nftables: z
    .strictObject({
      family: z.enum(['inet', 'ip', 'ip6']),
      table: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'problem.nftName'),
      chain: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'problem.nftName'),
    })
    .default({ family: 'inet', table: 'filter', chain: 'input' }),
  /** Whether it exports its share, and the other one mounts that. */
  exports: z.boolean().default(true),
  shareDirectory: absolutePathSchema,
  /** Where it mounts the other's share. */
  mountPoint: absolutePathSchema,
  /** Of its mount; left out: those of the pair. */
  mountOptions: mountOptionsSchema.optional(),
  /** False writes `no_root_squash`: the other server's root is root in the share. */
  rootSquash: z.boolean().default(true),
});
export type DataSyncServer = z.infer<typeof dataSyncServerSchema>;

/** Who reaches a server: the console, the other server, and those who read its address in ZooKeeper. */
export const viewerSchema = z.enum(['console', 'peer', 'zooKeeperClients']);
export type Viewer = z.infer<typeof viewerSchema>;

/** What a router forwards: an outside address and port to a port of one server. */
export const portMappingSchema = z.strictObject({
  server: pathNameSchema,
  protocol,
  outsideAddress: serverAddressSchema,
  outsidePort: portSchema,
  insidePort: portSchema,
  /** Who dials this line, where others dial the same address at another port; left out: whoever dials that address. */
  viewers: z.array(viewerSchema).min(1).max(viewerSchema.options.length).optional(),
});
export type PortMapping = z.infer<typeof portMappingSchema>;

export const dataSyncSchema = z.strictObject({
  /** The pair's node name: what is written to a server is marked with it. */
  node: pathNameSchema,
  servers: z.tuple([dataSyncServerSchema, dataSyncServerSchema]),
  nfsVersion: z.enum(['4', '3']).default('4'),
  /** Empty: the router is still to be configured, and forwards each port as it is. */
  mappings: z.array(portMappingSchema).max(200).default([]),
  /** What makes the mount at every start. */
  mountBy: z.enum(['systemd', 'fstab']).default('systemd'),
  /** Mounts when it is first used, where systemd mounts. */
  automount: z.boolean().default(false),
  mountOptions: mountOptionsSchema.default([...DEFAULT_MOUNT_OPTIONS]),
  zooKeeper: z
    .array(z.strictObject({ host: serverAddressSchema, port: portSchema }))
    .max(20)
    .default([]),
});
export type DataSync = z.infer<typeof dataSyncSchema>;
