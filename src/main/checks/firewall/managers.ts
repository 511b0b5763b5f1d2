import { all, familyOf, type Maybe, not, type Packet, senderWithin } from './packet.ts';
import type { FirewallVerdict } from './rules.ts';

/**
 * What `firewall-cmd --list-all` says of a packet; undefined where it is not that. `services`: the ports of the services
 * that it names, as `firewall-cmd --info-service` says them; one that is not among them leaves it open.
 */
export function judgeFirewalld(
  text: string,
  packet: Packet,
  services: ReadonlyMap<string, readonly string[]> = new Map(),
): FirewallVerdict | undefined {
  const value = (name: string) => new RegExp(`^ {2}${name}: ?(.*)$`, 'm').exec(text)?.[1]?.trim();
  const ports = value('ports');
  if (ports === undefined) return undefined;
  const rich = richRulesIn(text);
  const shown = text
    .split('\n')
    .filter((line) => /^\S|^ {2}(target|ports|services):/.test(line))
    .map((line) => line.trim());
  const said = (says: FirewallVerdict['says'], lines: string[] = shown): FirewallVerdict => ({ says, lines });
  // Rich rules that deny come first, then those that log, then those that accept, then everything else.
  const fitting = rich.map((rule) => ({ rule, fits: richFits(rule, packet, services) }));
  const of = (pattern: RegExp, fits: Maybe) => fitting.filter((each) => pattern.test(each.rule) && each.fits === fits);
  const [denied] = of(/\b(drop|reject)\b/, true);
  const lineOf = ({ rule }: { rule: string }) => rule;
  // A priority of its own may put any of them before any other.
  if (rich.some((rule) => /\bpriority="?-?[1-9]/.test(rule))) return said('unclear', [...rich, ...shown]);
  if (denied) return said('dropped', [denied.rule]);
  const doubts = of(/\b(drop|reject)\b/, undefined);
  if (doubts.length > 0) return said('unclear', doubts.map(lineOf));
  if (value('target') === 'ACCEPT') return said('passes');
  if (ports.split(/\s+/).some((each) => coversPort(each, '-', packet.protocol, packet.port))) return said('passes');
  const [allowed] = of(/\baccept\b/, true);
  if (allowed) return said('passes', [allowed.rule]);
  const named = (value('services') ?? '').split(/\s+/).filter((name) => name !== '');
  const opener = named.find((name) => services.get(name)?.some((each) => covers(each, packet)));
  if (opener !== undefined) return said('passes', [`service ${opener}: ${services.get(opener)?.join(' ') ?? ''}`]);
  const open = [...of(/\baccept\b/, undefined).map(lineOf), ...named.filter((name) => !services.has(name))];
  return open.length > 0 ? said('unclear', [...open, ...shown]) : said('dropped');
}

/** The services of `firewall-cmd --list-all` whose ports have to be asked for: those of the zone, and of its rich rules. */
export function firewalldServices(text: string): string[] {
  const named = (/^ {2}services: ?(.*)$/m.exec(text)?.[1] ?? '').split(/\s+/);
  const rich = richRulesIn(text).flatMap((rule) => /\bservice name="([^"]+)"/.exec(rule)?.[1] ?? []);
  return [...new Set([...named, ...rich])].filter((name) => /^[A-Za-z0-9_.-]+$/.test(name) && !name.startsWith('-'));
}

/** The ports that `firewall-cmd --info-service` says; undefined where it is not that, or has more than ports. */
export function servicePorts(text: string): string[] | undefined {
  const ports = /^ {2}ports: ?(.*)$/m.exec(text)?.[1];
  if (ports === undefined) return undefined;
  // What it includes, or how it finds its ports, is not looked into.
  const more = /^ {2}(includes|protocols|source-ports): *\S/m.test(text);
  return more ? undefined : ports.split(/\s+/).filter((port) => port !== '');
}

function richRulesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^rule\b/.test(line.replace(/^rich rules: */, '')))
    .map((line) => line.replace(/^rich rules: */, ''));
}

/** Whether a rich rule is about the packet: by family, sender and port; of what else it asks nothing is known here. */
function richFits(rule: string, packet: Packet, services: ReadonlyMap<string, readonly string[]>): Maybe {
  const rest = rule
    .replace(/^rule/, '')
    .replace(/\bfamily="(ipv4|ipv6)"/, '')
    .replace(/\bsource (NOT )?address="[^"]*"/, '')
    .replace(/\bport (port="[^"]*" protocol="[^"]*"|protocol="[^"]*" port="[^"]*")/, '')
    .replace(/\bservice name="[^"]*"/, '')
    .replace(/\b(log|audit)\b( (prefix|level|limit value)="[^"]*")*/g, '')
    .replace(/\b(accept|drop|reject)\b( type="[^"]*")?/, '')
    .replace(/\bpriority="?-?\d+"?/, '')
    .trim();
  const family = /\bfamily="(ipv4|ipv6)"/.exec(rule)?.[1];
  const source = /\bsource (NOT )?address="([^"/]*)(?:\/(\d+))?"/.exec(rule);
  const port = /\bport="([\d-]+)"/.exec(rule)?.[1];
  const protocol = /\bprotocol="(\w+)"/.exec(rule)?.[1];
  const service = /\bservice name="([^"]+)"/.exec(rule)?.[1];
  const own = familyOf(packet);
  const within =
    source && senderWithin(packet, source[2] ?? '', Number(source[3] ?? (source[2]?.includes(':') ? 128 : 32)));
  const byService = service === undefined ? true : services.get(service)?.some((each) => covers(each, packet));
  return all([
    family === undefined ? true : own === undefined ? undefined : own === (family === 'ipv4' ? 4 : 6),
    source ? (source[1] ? not(within ?? undefined) : (within ?? undefined)) : true,
    port === undefined ? true : coversPort(`${port}/${protocol ?? ''}`, '-', packet.protocol, packet.port),
    byService,
    // A limit lets some pass and others not; a forward or an ICMP block is another matter.
    rest === '' ? true : undefined,
  ]);
}

const covers = (port: string, packet: Packet) => coversPort(port, '-', packet.protocol, packet.port);

/** What `ufw status verbose` says of a packet; undefined where it is not that. The first line that fits decides. */
export function judgeUfw(text: string, packet: Packet): FirewallVerdict | undefined {
  const status = /^Status: (\w+)/m.exec(text);
  if (!status) return undefined;
  if (status[1] !== 'active') return { says: 'passes', lines: [status[0]] };
  const doubts: UfwRule[] = [];
  const decided = (says: 'passes' | 'dropped', line: string): FirewallVerdict => {
    const otherwise = doubts.filter((doubt) => doubt.says !== says).map((doubt) => doubt.line);
    return otherwise.length > 0 ? { says: 'unclear', lines: [...otherwise, line] } : { says, lines: [line] };
  };
  for (const rule of text.split('\n').flatMap((line) => ufwRule(line) ?? [])) {
    const fits = ufwFits(rule, packet);
    if (fits === true && rule.says !== 'unclear') return decided(rule.says, rule.line);
    if (fits !== false) doubts.push(rule);
  }
  const policy = /^Default: (\w+) \(incoming\).*$/m.exec(text);
  return decided(policy?.[1] === 'allow' ? 'passes' : 'dropped', policy?.[0] ?? status[0]);
}

/** A line of ufw's list: `7001/tcp (v6)  ALLOW IN  10.0.0.0/24  # comment`. */
interface UfwRule {
  to: string;
  from: string;
  says: FirewallVerdict['says'];
  line: string;
}

/** Undefined where it is no rule for what comes in. */
function ufwRule(line: string): UfwRule | undefined {
  const found = /^(.+?)\s+(ALLOW|DENY|REJECT|LIMIT)(?: (IN|OUT|FWD))?\s+(.*)$/.exec(line.replace(/\s+#.*$/, ''));
  if (!found || (found[3] ?? 'IN') !== 'IN') return undefined;
  const [, to = '', action, , from = ''] = found;
  // A limit lets some pass and others not.
  const says = action === 'LIMIT' ? 'unclear' : action === 'ALLOW' ? 'passes' : 'dropped';
  return { to, from: from.trim(), says, line: line.trim() };
}

function ufwFits({ to, from }: UfwRule, packet: Packet): Maybe {
  const family = familyOf(packet);
  const isV6 = /\(v6\)|::/.test(`${to} ${from}`);
  const plain = (side: string) => side.replace(/ \(v6\)/, '').trim();
  return all([
    family === undefined ? (isV6 ? undefined : true) : isV6 === (family === 6),
    ufwPortFits(plain(to), packet),
    ufwSenderFits(plain(from), packet),
  ]);
}

/** `7001/tcp`, `Anywhere`; what stands beside it, as an address or a network card does, or for it, as a profile does, is not known here. */
function ufwPortFits(to: string, { protocol, port }: Packet): Maybe {
  if (/^Anywhere(\/\w+)?$/.test(to)) return to === 'Anywhere' || to.endsWith(`/${protocol}`);
  const ports = to.split(' ').find((word) => /^\d[\d,:]*(\/\w+)?$/.test(word));
  if (ports === undefined) return undefined;
  if (!coversPort(ports, ':', protocol, port)) return false;
  return ports === to ? true : undefined;
}

/** `Anywhere`, an address or a network; what else is asked of the sender is not known here. */
function ufwSenderFits(from: string, packet: Packet): Maybe {
  if (from === 'Anywhere') return true;
  const found = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?( .*)?$/.exec(from);
  if (!found) return undefined;
  const within = senderWithin(packet, found[1] ?? '', Number(found[2] ?? (found[1]?.includes(':') ? 128 : 32)));
  return found[3] === undefined || within === false ? within : undefined;
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
