import type { DataSync, DataSyncServer } from '#shared/domain';
import { sourceOf } from '../endpoints.ts';
import { bracketed, exportsPath, plainPath } from '../escape.ts';
import { type SetupItem, stepItem } from '../item.ts';
import { peerOf } from '../services.ts';

/** The share, and the line that exports it to the other server alone. */
export function exportItems(topology: DataSync, server: DataSyncServer): SetupItem[] {
  if (!server.exports) return [];
  const peer = peerOf(topology, server);
  const client = sourceOf(peer);
  const path = exportsPath(server.shareDirectory);
  const directory = plainPath(server.shareDirectory);
  return [
    stepItem(server.name, 'share', { kind: 'directory', path: directory, mode: '0750' }, 'share', { directory }),
    stepItem(
      server.name,
      'exports',
      {
        kind: 'line',
        path: '/etc/exports',
        line: `${path} ${client}(${exportOptions(server, peer)})`,
        about: { field: 0, value: directory },
      },
      peer.nat ? 'exportsNat' : 'exports',
      { peer: peer.name, client },
    ),
    stepItem(
      server.name,
      'exportfs',
      {
        kind: 'command',
        argv: ['exportfs', '-a'],
        doneWhen: {
          argv: ['cat', '/var/lib/nfs/etab'],
          prints: `${etabPath(directory)}\t${client}(${optionsInForce(server, peer)},`,
        },
        undo: ['exportfs', '-u', `${bracketed(client)}:${directory}`],
      },
      'exportfs',
    ),
  ];
}

/** A router changes source ports, and beyond 1023 they are refused by default. */
function exportOptions({ rootSquash }: DataSyncServer, peer: DataSyncServer): string {
  const squash = rootSquash ? 'root_squash' : 'no_root_squash';
  return ['rw', 'sync', 'no_subtree_check', squash, ...(peer.nat ? ['insecure'] : [])].join(',');
}

/** Those that matter, as the table of what is exported begins with them: an export in force keeps its old ones. */
function optionsInForce({ rootSquash }: DataSyncServer, peer: DataSyncServer): string {
  const source = peer.nat ? 'insecure' : 'secure';
  return ['rw', 'sync', 'wdelay', 'hide', 'nocrossmnt', source, rootSquash ? 'root_squash' : 'no_root_squash'].join(
    ',',
  );
}

/** As the table of what is exported writes it. */
function etabPath(directory: string): string {
  return directory.replace(/[\s"#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
