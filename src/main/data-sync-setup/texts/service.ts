import type { DataSync, DataSyncServer } from '#shared/domain';
import { type SetupItem, stepItem, textItem } from '../item.ts';

const PACKAGES = {
  debian: { both: ['nfs-kernel-server', 'nfs-common'], client: ['nfs-common'] },
  rhel: { both: ['nfs-utils'], client: ['nfs-utils'] },
} as const;

/** The programs have to be there; closed networks have repositories of their own, so installing is the site's. */
export function programItems(server: DataSyncServer, mounts: boolean): SetupItem[] {
  const packages = PACKAGES[server.system][server.exports ? 'both' : 'client'];
  const install = server.system === 'debian' ? ['apt-get', 'install'] : ['dnf', 'install'];
  const programs = [...(server.exports ? ['exportfs'] : []), ...(mounts ? ['mount.nfs'] : [])];
  return [
    textItem(server.name, 'packages', { kind: 'command' }, `${[...install, ...packages].join(' ')}\n`, 'packages'),
    stepItem(server.name, 'programs', { kind: 'require', programs }, 'programs', { packages: packages.join(' ') }),
  ];
}

/** The NFS service, started now and at every start, and started anew where its ports are not the configured ones. */
export function serviceItems(topology: DataSync, server: DataSyncServer): SetupItem[] {
  const items: SetupItem[] = [];
  const systemctl = (...args: string[]) => ['systemctl', ...args];
  if (server.exports)
    items.push(
      stepItem(
        server.name,
        'service',
        {
          kind: 'command',
          argv: systemctl('enable', '--now', 'nfs-server'),
          doneWhen: { argv: systemctl('is-active', '--quiet', 'nfs-server') },
          undo: systemctl('disable', '--now', 'nfs-server'),
        },
        'service',
      ),
    );
  const port = restartPort(topology, server);
  if (port !== null)
    items.push(
      stepItem(
        server.name,
        'restart',
        {
          kind: 'command',
          argv: systemctl(
            'restart',
            ...(server.exports ? ['nfs-server'] : []),
            ...(topology.nfsVersion === '3' ? ['rpc-statd'] : []),
          ),
          doneWhen: { argv: ['ss', '-H', '-l', '-n', '-t', `sport = :${port}`], prints: `:${port}` },
          undo: null,
        },
        'restart',
      ),
    );
  return items;
}

/** A port that only a daemon with the new configuration listens on; null: nothing was configured. */
function restartPort({ nfsVersion }: DataSync, { exports, ports }: DataSyncServer): number | null {
  if (nfsVersion === '3') return exports ? ports.mountd : ports.statd;
  return exports && ports.nfs !== 2_049 ? ports.nfs : null;
}
