/** The files that a profile maps: the route configuration with the mt node (F2), and the local database's (F7). */
export type ConfigFileKind = 'alg_tran_mp' | 'todb';

export type FieldType =
  | { kind: 'port' }
  | { kind: 'integer'; min: number; max: number }
  /** In milliseconds; a profile says what unit the file has. */
  | { kind: 'duration'; minMs: number; maxMs: number }
  | { kind: 'choice'; values: readonly string[] }
  /** Part of a ZooKeeper path. */
  | { kind: 'name'; most: number }
  | { kind: 'host' }
  | { kind: 'connectString' }
  | { kind: 'chroot' }
  | { kind: 'path' }
  | { kind: 'text'; most: number };

export interface FieldDefinition {
  file: ConfigFileKind;
  type: FieldType;
}

const port: FieldType = { kind: 'port' };
const host: FieldType = { kind: 'host' };
const duration = (minMs: number, maxMs: number): FieldType => ({ kind: 'duration', minMs, maxMs });
const route = (type: FieldType): FieldDefinition => ({ file: 'alg_tran_mp', type });
const todb = (type: FieldType): FieldDefinition => ({ file: 'todb', type });

/**
 * The fields of configuration files, by our own names; where each stands in a file is a profile's to say. What each is
 * in words is in the catalogue, as `configField.` and the name.
 */
export const FIELDS = {
  /** 0: pair, 1: single (F9). */
  svr_mode: route({ kind: 'choice', values: ['0', '1'] }),
  /** Both mt nodes of a pair carry the same (F2). */
  'node.name': route({ kind: 'name', most: 64 }),
  'node.system': route({ kind: 'name', most: 64 }),
  'node.instance': route({ kind: 'name', most: 64 }),
  'node.host': route(host),
  /** TCP (F3). */
  'node.t2.port': route(port),
  /** UDP (F3). */
  'node.f2.port': route(port),
  'peer.host': route(host),
  'peer.t2.port': route(port),
  'peer.f2.port': route(port),
  'zookeeper.connectString': route({ kind: 'connectString' }),
  'zookeeper.chroot': route({ kind: 'chroot' }),
  'zookeeper.sessionTimeoutMs': route(duration(1_000, 120_000)),
  'heartbeat.intervalMs': route(duration(100, 60_000)),
  'heartbeat.timeoutMs': route(duration(100, 600_000)),
  /** After how long without a heartbeat a session is removed (F14: 120 s). */
  'session.expiryMs': route(duration(1_000, 86_400_000)),
  /** Where the other server's share is mounted (F3). */
  'mount.directory': route({ kind: 'path' }),
  /** Where this server's own dat and redo files are (F6). */
  'redo.directory': route({ kind: 'path' }),
  'database.todbName': todb({ kind: 'name', most: 64 }),
  'database.type': todb({ kind: 'choice', values: ['sqlite', 'postgresql'] }),
  'database.file': todb({ kind: 'path' }),
  'database.host': todb(host),
  'database.port': todb(port),
  'database.name': todb({ kind: 'text', most: 255 }),
  'database.user': todb({ kind: 'text', most: 255 }),
  'database.passwordFile': todb({ kind: 'path' }),
} as const satisfies Record<string, FieldDefinition>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

/** Whether there is such a field. */
export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}

/** A field's definition, as any field's. */
export function fieldDefinition(name: FieldName): FieldDefinition {
  return FIELDS[name];
}
