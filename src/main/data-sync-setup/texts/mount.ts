import type { DataSync, DataSyncServer } from '#shared/domain';
import { addressFor, endpoint, familyOf } from '../endpoints.ts';
import { bracketed, fstabField, plainPath, unitName, unitValue } from '../escape.ts';
import { type SetupItem, stepItem, textItem } from '../item.ts';
import { peerOf, type Service, type ServiceName, servicesOf } from '../services.ts';

/** What is mounted where, and how: the configuration of the checks' `mount` as well. */
export interface MountPlan {
  source: string;
  target: string;
  type: 'nfs' | 'nfs4';
  options: string[];
}

/** What a server mounts; undefined where the other one exports nothing. */
export function mountPlan(topology: DataSync, server: DataSyncServer): MountPlan | undefined {
  const peer = peerOf(topology, server);
  if (!peer.exports) return undefined;
  return {
    source: `${bracketed(addressFor(peer, 'peer'))}:${plainPath(peer.shareDirectory)}`,
    target: plainPath(server.mountPoint),
    type: topology.nfsVersion === '4' ? 'nfs4' : 'nfs',
    options: [...versionOptions(topology, peer), ...(server.mountOptions ?? topology.mountOptions)],
  };
}

function versionOptions(topology: DataSync, peer: DataSyncServer): string[] {
  const services = servicesOf(topology, peer);
  const port = (name: ServiceName) => {
    const service = services.find((each) => each.name === name && each.protocol === 'tcp') as Service;
    return endpoint(topology, peer, service, 'peer').port;
  };
  const nfsPort = port('nfs');
  if (topology.nfsVersion === '4') return ['vers=4.2', ...(nfsPort === 2_049 ? [] : [`port=${nfsPort}`])];
  const tcp = familyOf(addressFor(peer, 'peer')) === 6 ? 'tcp6' : 'tcp';
  return ['vers=3', `proto=${tcp}`, `port=${nfsPort}`, `mountproto=${tcp}`, `mountport=${port('mountd')}`];
}

/** The mount of the other server's share, made at every start and tried again until that server is there. */
export function mountItems(topology: DataSync, server: DataSyncServer): SetupItem[] {
  const plan = mountPlan(topology, server);
  if (!plan) return [];
  const peer = peerOf(topology, server).name;
  const params = { peer, target: plan.target };
  const directory = stepItem(
    server.name,
    'mount-point',
    { kind: 'directory', path: plan.target, mode: '0755' },
    'mountPoint',
    params,
  );
  const bySystemd = unitItems(topology, server, plan, peer);
  const byFstab = fstabItems(server, plan, params);
  const alternative = (items: SetupItem[]) => items.map((item) => ({ ...item, step: null, isAlternative: true }));
  return topology.mountBy === 'systemd'
    ? [directory, ...bySystemd, ...alternative(byFstab)]
    : [directory, ...byFstab, ...alternative(bySystemd)];
}

/** Looked for in the kernel's table: a question to the directory would wait for a mount that hangs. */
function isMounted({ target }: MountPlan) {
  return { argv: ['cat', '/proc/self/mountinfo'], prints: ` ${fstabField(target)} ` };
}

function fstabItems({ name }: DataSyncServer, plan: MountPlan, params: Record<string, string>): SetupItem[] {
  const options = [...plan.options, '_netdev', 'nofail', 'bg'].join(',');
  const target = fstabField(plan.target);
  const line = `${fstabField(plan.source)} ${target} ${plan.type} ${options} 0 0`;
  return [
    stepItem(
      name,
      'fstab',
      { kind: 'line', path: '/etc/fstab', line, about: { field: 1, value: plan.target } },
      'fstab',
      params,
    ),
    stepItem(
      name,
      'fstab-mount',
      { kind: 'command', argv: ['mount', plan.target], doneWhen: isMounted(plan), undo: ['umount', plan.target] },
      'mount',
      params,
    ),
  ];
}

function unitItems(
  { node, automount }: DataSync,
  { name }: DataSyncServer,
  plan: MountPlan,
  peer: string,
): SetupItem[] {
  const unit = unitName(plan.target, 'mount');
  const auto = unitName(plan.target, 'automount');
  const params = { unit, peer, target: plan.target };
  const started = automount ? auto : unit;
  return [
    stepItem(name, 'unit', unitFile(unit, mountUnit(node, plan, automount)), automount ? 'unitAuto' : 'unit', params),
    ...(automount ? [stepItem(name, 'automount', unitFile(auto, automountUnit(node, plan)), 'automount', params)] : []),
    textItem(name, 'reload', { kind: 'command' }, 'systemctl daemon-reload\n', 'reload', params),
    stepItem(
      name,
      'unit-mount',
      {
        kind: 'command',
        // Not waited for: the other server may be set up after this one.
        argv: ['systemctl', 'enable', '--now', '--no-block', started],
        doneWhen: automount ? { argv: ['systemctl', 'is-active', '--quiet', started] } : isMounted(plan),
        undo: ['systemctl', 'disable', '--now', started],
      },
      'mount',
      params,
    ),
  ];
}

function unitFile(unit: string, content: string) {
  return {
    kind: 'file' as const,
    path: `/etc/systemd/system/${unit}`,
    content,
    afterwards: ['systemctl', 'daemon-reload'],
  };
}

function mountUnit(node: string, { source, target, type, options }: MountPlan, automount: boolean): string {
  // Minutes: it goes on trying for a week, whatever came first, and holds up nothing meanwhile.
  const all = [...options, '_netdev', 'nofail', ...(automount ? [] : ['retry=10000'])].join(',');
  return `[Unit]
Description=KuanTu data of the other server of ${unitValue(node)}
Wants=network-online.target
After=network-online.target

[Mount]
What=${unitValue(source)}
Where=${unitValue(target)}
Type=${type}
Options=${unitValue(all)}
${automount ? 'TimeoutSec=30' : 'TimeoutSec=infinity'}
${automount ? '' : '\n[Install]\nWantedBy=multi-user.target\n'}`;
}

function automountUnit(node: string, { target }: MountPlan): string {
  return `[Unit]
Description=KuanTu data of the other server of ${unitValue(node)}, mounted when used

[Automount]
Where=${unitValue(target)}

[Install]
WantedBy=multi-user.target
`;
}
