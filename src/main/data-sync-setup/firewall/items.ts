import { type DoneWhen, nftInsert } from '#main/server-steps';
import type { DataSync, DataSyncServer } from '#shared/domain';
import { familyOf } from '../endpoints.ts';
import { mark } from '../escape.ts';
import { type Params, type SetupItem, stepItem, textItem } from '../item.ts';
import { type Opening, openingsOf } from '../openings.ts';
import { firewalldCommands } from './firewalld.ts';
import { iptablesCommands } from './iptables.ts';
import { nftRule } from './nftables.ts';
import { ufwCommands } from './ufw.ts';

interface RuleCommands {
  check: DoneWhen;
  argv: string[];
  undo: string[];
}

/** Everything that a server's firewall has to let in: one item a rule, and what makes it stay after a restart. */
export function firewallItems(topology: DataSync, server: DataSyncServer): SetupItem[] {
  const openings = openingsOf(topology, server);
  const item = (opening: Opening, { check, argv, undo }: RuleCommands, suffix = '') =>
    stepItem(
      server.name,
      `${idOf(opening)}${suffix}`,
      { kind: 'command', argv, doneWhen: check, undo },
      whyOf(opening),
      paramsOf(opening),
    );
  switch (server.firewall) {
    case 'none':
      return [];
    case 'ufw':
      return openings.map((opening) => item(opening, ufwCommands(opening)));
    case 'firewalld':
      return openings.flatMap((opening) =>
        firewalldCommands(opening).map(({ where, ...commands }) =>
          item(opening, commands, where === 'permanent' ? '-permanent' : ''),
        ),
      );
    case 'iptables': {
      const family = familyOf(server.addresses.own) ?? 4;
      return [...openings.map((opening) => item(opening, iptablesCommands(opening, family))), iptablesKept(server)];
    }
    case 'nftables':
      return nftItems(topology, server, openings);
  }
}

const idOf = ({ service, protocol }: Opening): string => `firewall-${service}-${protocol}`;
const whyOf = ({ source }: Opening): string => (source === null ? 'openToAll' : 'openToPeer');
const paramsOf = ({ service, protocol, port, source }: Opening): Params => ({
  service,
  protocol,
  port,
  source: source ?? '',
});

/** What iptables holds is gone after a restart; what keeps it is a package's that may not be there: a person's to do. */
function iptablesKept({ name, system }: DataSyncServer): SetupItem {
  const command = system === 'debian' ? 'netfilter-persistent save' : 'service iptables save';
  return textItem(name, 'firewall-kept', { kind: 'command' }, `${command}\n`, 'iptablesKept');
}

/** The rules into the chain that decides, and the same as a file that the configuration includes at every start. */
function nftItems({ node }: DataSync, server: DataSyncServer, openings: readonly Opening[]): SetupItem[] {
  const chain = server.nftables;
  const file = `/etc/kuantu-${mark(node)}.nft`;
  const lines = openings.map((opening) => nftInsert(chain, nftRule(opening), opening.comment).slice(1).join(' '));
  const main = server.system === 'debian' ? '/etc/nftables.conf' : '/etc/sysconfig/nftables.conf';
  const include = `include "${file}"`;
  return [
    ...openings.map((opening) =>
      stepItem(
        server.name,
        idOf(opening),
        { kind: 'nft-rule', chain, rule: nftRule(opening), comment: opening.comment },
        whyOf(opening),
        paramsOf(opening),
      ),
    ),
    stepItem(server.name, 'firewall-file', { kind: 'file', path: file, content: `${lines.join('\n')}\n` }, 'nftFile', {
      file: main,
    }),
    stepItem(server.name, 'firewall-kept', { kind: 'line', path: main, line: include, about: null }, 'nftKept', {
      file,
    }),
  ];
}
