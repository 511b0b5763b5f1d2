import type { Environment, PairConfig } from '#shared/domain';
import type { FieldSetting } from './field-setting.ts';
import type { FieldName } from './fields.ts';
import type { FieldReading } from './read-fields.ts';

/**
 * What the route configuration of one instance's server should say by the console's own configuration (F2, F3, F9). The
 * ZooKeeper address is the one that the console has; where servers have another, it is left out by the caller.
 */
export function pairSettings(
  { zookeeper }: Pick<Environment, 'zookeeper'>,
  pair: Pick<PairConfig, 'system' | 'node' | 'instances'>,
  index: 0 | 1,
): FieldSetting[] {
  const own = pair.instances[index];
  const other = pair.instances[index === 0 ? 1 : 0];
  const peer = own.server?.peer ?? other;
  // What the node listens on, whatever a router makes of it for the console.
  const inside = own.server?.own ?? own;
  const wanted: Partial<Record<FieldName, string | number | undefined>> = {
    svr_mode: 0,
    'node.name': pair.node,
    'node.system': pair.system,
    'node.instance': own.name,
    'node.host': inside.host,
    'node.t2.port': inside.t2Port,
    'node.f2.port': inside.f2Port,
    'peer.host': peer.host,
    'peer.t2.port': peer.t2Port,
    'peer.f2.port': peer.f2Port,
    'zookeeper.connectString': zookeeper.connectString,
    'zookeeper.chroot': zookeeper.chroot,
    'mount.directory': own.server?.mount?.target,
    'redo.directory': own.server?.redoDirectory,
  };
  return Object.entries(wanted).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field, value: String(value) }],
  );
}

/** The settings of fields that a file has; those of fields that it has not are named. */
export function settableOf(
  { fields }: Pick<FieldReading, 'fields'>,
  settings: readonly FieldSetting[],
): { settings: FieldSetting[]; absent: string[] } {
  const names: ReadonlySet<string> = new Set(fields.keys());
  const { has = [], not = [] } = Object.groupBy(settings, ({ field }) => (names.has(field) ? 'has' : 'not'));
  return { settings: has, absent: not.map(({ field }) => field) };
}
