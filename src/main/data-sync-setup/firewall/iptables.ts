import { familyOf } from '../endpoints.ts';
import type { Opening } from '../openings.ts';

/** At the head of INPUT; `-C` says whether it is there, `-D` takes it away. */
export function iptablesCommands(opening: Opening, family: 4 | 6) {
  const { protocol, port, source, comment } = opening;
  const from = source === null ? [] : ['-s', source];
  const rule = [
    '-p',
    protocol,
    ...from,
    '--dport',
    String(port),
    '-m',
    'comment',
    '--comment',
    comment,
    '-j',
    'ACCEPT',
  ];
  const program = (source === null ? family : familyOf(source)) === 6 ? 'ip6tables' : 'iptables';
  const command = (verb: string) => [program, '-w', verb, 'INPUT', ...rule];
  return { check: { argv: command('-C') }, argv: command('-I'), undo: command('-D') };
}
