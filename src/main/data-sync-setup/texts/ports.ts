import type { IniValue } from '#main/server-steps';
import type { DataSync, DataSyncServer } from '#shared/domain';
import { mark } from '../escape.ts';
import { type SetupItem, stepItem } from '../item.ts';

const STANDARD_NFS_PORT = 2_049;
/** After the ports were changed, and after that was taken back; what does not run is not started. */
const RESTART = ['systemctl', 'try-restart', 'nfs-server', 'rpc-statd'];

/** Ports that stay the same after a restart, so that firewalls and routers can name them. */
export function portItems(topology: DataSync, server: DataSyncServer): SetupItem[] {
  const values = nfsConf(topology, server);
  const items: SetupItem[] = [];
  if (values.length > 0)
    items.push(
      stepItem(server.name, 'nfs-conf', { kind: 'ini', path: '/etc/nfs.conf', values, afterwards: RESTART }, 'nfsConf'),
    );
  if (topology.nfsVersion === '3') items.push(...lockdItems(topology, server));
  return items;
}

/** NFSv4 needs one port; the other daemons serve NFSv3. */
function nfsConf({ nfsVersion }: DataSync, { exports, ports }: DataSyncServer): IniValue[] {
  const values: IniValue[] = [];
  const set = (section: string, name: string, value: string | number) =>
    values.push({ section, name, value: String(value) });
  if (exports && ports.nfs !== STANDARD_NFS_PORT) set('nfsd', 'port', ports.nfs);
  if (nfsVersion === '4') return values;
  if (exports) {
    set('nfsd', 'vers3', 'y');
    set('mountd', 'port', ports.mountd);
  }
  set('statd', 'port', ports.statd);
  set('statd', 'outgoing-port', ports.statdOutgoing);
  set('lockd', 'port', ports.lockd);
  set('lockd', 'udp-port', ports.lockd);
  return values;
}

/** lockd is part of the kernel: its ports are a module's options, and of a loaded module a sysctl. */
function lockdItems({ node }: DataSync, { name, ports: { lockd } }: DataSyncServer): SetupItem[] {
  const file = `kuantu-${mark(node)}-lockd.conf`;
  return [
    stepItem(
      name,
      'lockd-module',
      {
        kind: 'file',
        path: `/etc/modprobe.d/${file}`,
        content: `options lockd nlm_tcpport=${lockd} nlm_udpport=${lockd}\n`,
      },
      'lockdModule',
    ),
    stepItem(
      name,
      'lockd-sysctl',
      {
        kind: 'file',
        path: `/etc/sysctl.d/90-${file}`,
        // The leading hyphens: while the module is not loaded there are no such names, and that is no error.
        content: `-fs.nfs.nlm_tcpport = ${lockd}\n-fs.nfs.nlm_udpport = ${lockd}\n`,
      },
      'lockdSysctl',
    ),
    stepItem(
      name,
      'lockd-now',
      {
        kind: 'command',
        argv: ['sysctl', '-p', `/etc/sysctl.d/90-${file}`],
        doneWhen: { argv: ['grep', '-x', String(lockd), '/proc/sys/fs/nfs/nlm_tcpport'] },
        undo: null,
      },
      'lockdNow',
    ),
  ];
}
