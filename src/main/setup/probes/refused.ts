import { ZooKeeperError } from '#core/zookeeper';
import { message } from '#shared/domain';
import type { SetupValues } from '#shared/setup';
import type { Look } from './context.ts';

type Rights = 'read' | 'make';

/** That the console may not read a node, where that is what went wrong; throws `error` again where it is anything else. */
export function unreadLook(error: unknown, path: string, { zookeeper }: SetupValues): Look {
  if (!(error instanceof ZooKeeperError) || error.code !== 'NO_AUTH') throw error;
  return refusal(path, zookeeper, 'read');
}

/**
 * What access rules keep the console from at a node, and who can change that. `path`: from ZooKeeper's own root. Pure.
 */
export function refusal(path: string, { auth, user }: SetupValues['zookeeper'], rights: Rights): Look {
  const isDigest = auth === 'digest';
  return {
    result: 'fail',
    reason: message(rights === 'read' ? 'setup.zookeeper.noReading' : 'setup.zookeeper.noPermission', { path }),
    remedy: isDigest
      ? message('setup.remedy.noPermissionOf', { path, user: user.trim() })
      : message('setup.remedy.noPermission', { path }),
  };
}
