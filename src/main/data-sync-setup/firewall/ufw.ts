import type { Opening } from '../openings.ts';

/** ufw's words for an opening; it lists rules in an order of its own. */
export function ufwCommands({ protocol, port, source, comment }: Opening) {
  const rule =
    source === null
      ? ['allow', `${port}/${protocol}`]
      : ['allow', 'proto', protocol, 'from', source, 'to', 'any', 'port', String(port)];
  const listed =
    source === null
      ? `ufw allow ${port}/${protocol}`
      : `ufw allow from ${source} to any port ${port} proto ${protocol}`;
  return {
    check: { argv: ['ufw', 'show', 'added'], prints: listed },
    argv: ['ufw', ...rule, 'comment', comment],
    undo: ['ufw', 'delete', ...rule],
  };
}
