import { ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import { type FoundNode, type FoundTree, type WantedRegistration, wantedPaths } from './registration.ts';

/** Children beyond this many are not read: a pair's path has a handful. */
const MAX_CHILDREN = 100;

/**
 * Reads what a registration concerns: the nodes of the pair's path and everything one step below it. Changes nothing.
 * Throws ZooKeeperError where ZooKeeper cannot be read at all; what this console may not read is a node without data.
 */
export async function readTree(
  session: ZooKeeperSession,
  { chroot, paths }: Pick<WantedRegistration, 'chroot' | 'paths'>,
): Promise<FoundTree> {
  const base = `${chroot}${paths.base}`;
  const below = await childrenOf(session, base);
  const registered = await childrenOf(session, `${chroot}${paths.instances}`);
  const wanted = new Set([...wantedPaths({ chroot, paths }), ...below, ...registered, `${chroot}${paths.policy}`]);
  const nodes = await Promise.all([...wanted].map((path) => readNode(session, path)));
  return { nodes: new Map(nodes.flatMap((node) => (node ? [[node.path, node]] : []))) };
}

async function childrenOf(session: ZooKeeperSession, path: string): Promise<string[]> {
  const names = await orNull(session.children(path), ['NO_NODE', 'NO_AUTH']);
  return (names ?? []).slice(0, MAX_CHILDREN).map((name) => `${path}/${name}`);
}

async function readNode(session: ZooKeeperSession, path: string): Promise<FoundNode | undefined> {
  const stat = await session.exists(path);
  if (!stat) return undefined;
  const [value, acl] = await Promise.all([
    orNull(session.get(path), ['NO_AUTH']),
    orNull(session.acl(path), ['NO_AUTH']),
  ]);
  return {
    path,
    data: value?.data ?? null,
    version: stat.version,
    ephemeral: stat.ephemeralOwner !== 0n,
    acl: acl ?? null,
  };
}

async function orNull<T>(reading: Promise<T>, codes: readonly string[]): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ZooKeeperError && codes.includes(error.code)) return null;
    throw error;
  }
}
