import type { Packet } from './packet.ts';
import type { FirewallVerdict } from './rules.ts';

/** What `firewall-cmd --list-all` says of a packet; undefined where it is not that. */
export function judgeFirewalld(text: string, { protocol, port }: Packet): FirewallVerdict | undefined {
  const value = (name: string) => new RegExp(`^ {2}${name}: ?(.*)$`, 'm').exec(text)?.[1]?.trim();
  const ports = value('ports');
  if (ports === undefined) return undefined;
  const shown = text
    .split('\n')
    .filter((line) => /^\S|^ {2}(target|ports|services):/.test(line))
    .map((line) => line.trim());
  if (value('target') === 'ACCEPT') return { says: 'passes', lines: shown };
  if (ports.split(/\s+/).some((each) => coversPort(each, '-', protocol, port))) return { says: 'passes', lines: shown };
  // A service or a rich rule may open it too, and only their definitions say which ports those are.
  const rich = text.includes('rule family') || text.includes('rule priority');
  return { says: rich ? 'unclear' : 'dropped', lines: shown };
}

/** What `ufw status verbose` says of a packet; undefined where it is not that. Its first fitting line decides. */
export function judgeUfw(text: string, { protocol, port }: Packet): FirewallVerdict | undefined {
  const status = /^Status: (\w+)/m.exec(text);
  if (!status) return undefined;
  if (status[1] !== 'active') return { says: 'passes', lines: [status[0]] };
  for (const line of text.split('\n')) {
    const found = /^(\S+)\s+(ALLOW|DENY|REJECT|LIMIT)(?: IN)?\s+(.*)$/.exec(line);
    if (!found || !coversPort(found[1] ?? '', ':', protocol, port)) continue;
    const anywhere = (found[3] ?? '').startsWith('Anywhere');
    if (!anywhere || found[2] === 'LIMIT') return { says: 'unclear', lines: [line.trim()] };
    return { says: found[2] === 'ALLOW' ? 'passes' : 'dropped', lines: [line.trim()] };
  }
  const policy = /^Default: (\w+) \(incoming\).*$/m.exec(text);
  return { says: policy?.[1] === 'allow' ? 'passes' : 'dropped', lines: [policy?.[0] ?? status[0]] };
}

/** `7000/udp`, `7000-7010/tcp` (ufw: `7000:7010/tcp`, `7000,7002/tcp`, and without a protocol: both). */
function coversPort(text: string, dash: '-' | ':', protocol: string, port: number): boolean {
  const [ports = '', of] = text.split('/');
  if (of !== undefined && of !== protocol) return false;
  return ports.split(',').some((part) => {
    const [from = '', to = from] = part.split(dash);
    return /^\d+$/.test(from) && /^\d+$/.test(to) && port >= Number(from) && port <= Number(to);
  });
}
