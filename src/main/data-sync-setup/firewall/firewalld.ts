import { familyOf } from '../endpoints.ts';
import type { Opening } from '../openings.ts';

/** What firewalld calls an opening: a port of the default zone, or a rich rule where its source counts. */
function ruleOf({ protocol, port, source }: Opening): { kind: 'port' | 'rich-rule'; value: string } {
  if (source === null) return { kind: 'port', value: `${port}/${protocol}` };
  const family = familyOf(source) === 6 ? 'ipv6' : 'ipv4';
  const value = `rule family="${family}" source address="${source}" port port="${port}" protocol="${protocol}" accept`;
  return { kind: 'rich-rule', value };
}

/**
 * Both into what runs and into what is kept: a reload would take away what others have only running. `--query` first,
 * `--add`, and `--remove` to undo.
 */
export function firewalldCommands(opening: Opening) {
  const { kind, value } = ruleOf(opening);
  return (['running', 'permanent'] as const).map((where) => {
    const command = (verb: 'query' | 'add' | 'remove') => [
      'firewall-cmd',
      ...(where === 'permanent' ? ['--permanent'] : []),
      `--${verb}-${kind}=${value}`,
    ];
    return { where, check: { argv: command('query') }, argv: command('add'), undo: command('remove') };
  });
}
