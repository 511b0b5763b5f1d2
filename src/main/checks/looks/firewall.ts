import type { CommandResult, Host } from '#main/hosts';
import { message } from '#shared/domain';
import {
  type Finding,
  failed,
  LookEnded,
  passed,
  rootCommandTrouble,
  unknown,
  warned,
  withCommands,
} from '../finding.ts';
import { iptablesTables, parseIptables } from '../firewall/iptables.ts';
import { firewalldServices, judgeUfw, servicePorts } from '../firewall/managers.ts';
import { parseNft, parseNftText } from '../firewall/nft.ts';
import { addressFamily, familyOf, type Packet } from '../firewall/packet.ts';
import { type FirewallVerdict, judgePacket, type RuleSet } from '../firewall/rules.ts';
import { firewalldZones, judgeZones, type Zone, type ZoneSight } from '../firewall/zones.ts';
import { LOOK_TIMEOUT_MS, type ServerSight, WINDOWS_TIMEOUT_MS } from '../sight.ts';
import { parseWindowsFirewall } from '../windows/firewall.ts';
import { askedOfWindows } from '../windows/power-shell.ts';
import { FIREWALL_SCRIPT } from '../windows/scripts.ts';

const RULES_BYTES = 8 * 1024 * 1024;
/** Read with root's rights; listed in docs/checks.md for sudoers. */
const COMMANDS = {
  nftJson: ['nft', '-j', 'list', 'ruleset'],
  nftText: ['nft', '-a', 'list', 'ruleset'],
  iptables: ['iptables-save'],
  ip6tables: ['ip6tables-save'],
  firewalld: ['firewall-cmd', '--list-all'],
  firewalldZones: ['firewall-cmd', '--list-all-zones'],
  ufw: ['ufw', 'status', 'verbose'],
} as const;
type Tool = keyof typeof COMMANDS;
const KERNEL_TOOLS = ['nftJson', 'nftText', 'iptables', 'ip6tables'] as const;
type KernelTool = (typeof KERNEL_TOOLS)[number];

interface Firewall {
  /** What judges a packet; at least one. */
  judges: ((packet: Packet) => FirewallVerdict | undefined)[];
  /** Which firewalls are on: `nftables`, `iptables`, `firewalld`, `ufw`. */
  active: string[];
}

/** F16: which firewall is on, and whether its rules can be read. */
export async function lookAtFirewall(server: ServerSight): Promise<Finding> {
  const { active } = await firewallOf(server);
  if (active.length === 0) return passed(message('check.firewall.off'), ['no rules']);
  return passed(message('check.firewall.on', { active: active.join(', ') }), [active.join(', ')]);
}

/** Whether a port that the other instance needs passes the firewall. */
export async function lookAtFirewallPort(
  server: ServerSight,
  port: { name: string; protocol: 'tcp' | 'udp'; port: number },
): Promise<Finding> {
  const verdict = await firewallVerdict(server, port);
  const params = { name: port.name, protocol: port.protocol, port: port.port };
  if (verdict.says === 'passes') return passed(message('check.firewall.passes', params), verdict.lines);
  const { active } = await firewallOf(server);
  const commands = openingCommands(active, port);
  const isByHand = commands.length === 0 && !active.includes('Windows');
  const remedy = message(isByHand ? 'check.remedy.firewallRules' : 'check.remedy.firewall', params);
  const finding =
    verdict.says === 'dropped'
      ? failed(message('check.firewall.drops', params), verdict.lines, remedy)
      : warned(message('check.firewall.unclear', params), verdict.lines, remedy);
  return withCommands(finding, commands);
}

/** What lets a port pass, where a manager makes the rules; rules that were written by hand are their writer's. */
function openingCommands(
  active: readonly string[],
  { protocol, port }: { protocol: string; port: number },
): string[][] {
  if (active.includes('firewalld'))
    return [
      ['firewall-cmd', '--permanent', `--add-port=${port}/${protocol}`],
      ['firewall-cmd', '--reload'],
    ];
  return active.includes('ufw') ? [['ufw', 'allow', `${port}/${protocol}`]] : [];
}

/** What the server's firewall does with a first packet from the other instance. Throws LookEnded where that is not known. */
export async function firewallVerdict(
  server: ServerSight,
  { protocol, port }: Pick<Packet, 'protocol' | 'port'>,
): Promise<FirewallVerdict> {
  const { judges } = await firewallOf(server);
  const sender = server.peer.host;
  const from = addressFamily(sender) === undefined ? null : sender;
  const packet: Packet = { protocol, port, from, viaLoopback: isLoopback(server) };
  const known = familyOf({ from, family: addressFamily(server.instance.host) });
  return judgeFamilies(judges, packet, known === undefined ? [4, 6] : [known]);
}

type Judge = Firewall['judges'][number];

/** Where both hosts are names it may be either family: what only one of them is dropped by is not known to drop it. */
function judgeFamilies(judges: readonly Judge[], packet: Packet, families: readonly (4 | 6)[]): FirewallVerdict {
  const verdicts = families.map((family) => judgeAll(judges, { ...packet, family }));
  const [first = { says: 'passes', lines: [] }] = verdicts;
  if (verdicts.every(({ says }) => says === first.says)) return first;
  return { says: 'unclear', lines: verdicts.flatMap(({ says, lines }) => (says === 'passes' ? [] : lines)) };
}

function judgeAll(judges: readonly Judge[], packet: Packet): FirewallVerdict {
  const verdicts = judges.flatMap((judge) => judge(packet) ?? []);
  const lines = (says: FirewallVerdict['says']) =>
    verdicts.filter((verdict) => verdict.says === says).flatMap((verdict) => verdict.lines);
  for (const says of ['dropped', 'unclear'] as const)
    if (verdicts.some((verdict) => verdict.says === says)) return { says, lines: lines(says) };
  return { says: 'passes', lines: lines('passes') };
}

function isLoopback({ instance, peer }: ServerSight): boolean {
  return peer.host === instance.host || /^(127\.|::1$|localhost$)/.test(peer.host);
}

function firewallOf(server: ServerSight): Promise<Firewall> {
  return server.fact('firewall', async () => {
    const windows = await server.windows();
    if (windows) {
      const { active, judge } = await askedOfWindows(
        windows,
        { name: 'Get-NetFirewallRule', script: FIREWALL_SCRIPT, timeoutMs: WINDOWS_TIMEOUT_MS },
        parseWindowsFirewall,
      );
      return { judges: [judge], active: active ? ['Windows'] : [] };
    }
    const host = await server.host();
    const run = (name: Tool) =>
      host.run(COMMANDS[name], { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: RULES_BYTES, privileged: true });
    const [nftJson, nftText, iptables, ip6tables] = await Promise.all(KERNEL_TOOLS.map(run));
    if (!nftJson || !nftText || !iptables || !ip6tables) throw new Error('no result');
    const kernel = kernelRules({ nftJson, nftText, iptables, ip6tables });
    if (kernel.length > 0) {
      const active = kernel.flatMap(({ name, rules }) => (hasRules(rules) ? [name] : []));
      const judges = kernel.map(
        ({ rules }) =>
          (packet: Packet) =>
            judgePacket(rules, packet, familyOf(packet)),
      );
      return { judges, active: [...active, ...managersOf(nftText, iptables)] };
    }
    // The kernel's own rules say what really happens; a manager's list is second best.
    const [firewalld, ufw] = [await run('firewalld'), await run('ufw')];
    const said = [textOf(firewalld), textOf(ufw)] as const;
    if (said[0] === '' && said[1] === '') throw new LookEnded(nothingReadable({ nftJson, iptables, firewalld, ufw }));
    const sight = await zonesAt(server, host, said[0], () => run('firewalldZones'));
    const active = [said[0] === '' ? [] : ['firewalld'], /^Status: active/m.test(said[1]) ? ['ufw'] : []].flat();
    return {
      judges: [(packet) => sight && judgeZones(sight, packet), (packet) => judgeUfw(said[1], packet)],
      active,
    };
  });
}

/** What firewalld says of its zones; undefined where the default zone is not listed. */
async function zonesAt(
  server: ServerSight,
  host: Host,
  listing: string,
  listZones: () => Promise<CommandResult>,
): Promise<ZoneSight | undefined> {
  const defaultZone = firewalldZones(listing).at(-1);
  if (!defaultZone) return undefined;
  const [listed, device] = await Promise.all([listZones(), deviceTo(host, server.peer.host)]);
  const found = firewalldZones(textOf(listed));
  const zones = found.length > 0 ? found : undefined;
  const inUse = (zones ?? []).filter(({ interfaces, sources }) => interfaces.length + sources.length > 0);
  const services = await portsOfServices(host, [defaultZone, ...inUse]);
  return { zones, defaultZone, device, services };
}

/** The network card by which the server reaches an address, and so takes what comes from there; undefined for a name. */
async function deviceTo(host: Host, address: string): Promise<string | undefined> {
  if (addressFamily(address) === undefined) return undefined;
  const route = await host.run(['ip', 'route', 'get', address], { timeoutMs: LOOK_TIMEOUT_MS });
  return /\bdev (\S+)/.exec(textOf(route))?.[1];
}

/** Of zones with very many services the rest stays open. */
const MOST_SERVICES = 20;

/** The ports of the services that zones open. */
async function portsOfServices(host: Host, zones: readonly Zone[]): Promise<Map<string, readonly string[]>> {
  const names = [...new Set(zones.flatMap(({ text }) => firewalldServices(text)))].slice(0, MOST_SERVICES);
  const found = await Promise.all(
    names.map(async (name) => {
      const command = ['firewall-cmd', `--info-service=${name}`];
      const result = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS, privileged: true });
      return [name, servicePorts(textOf(result))] as const;
    }),
  );
  return new Map(found.flatMap(([name, ports]) => (ports ? [[name, ports] as const] : [])));
}

/** Who has made the kernel's rules, by the names that they give to tables and chains. */
function managersOf(nftText: CommandResult, iptables: CommandResult): string[] {
  const text = textOf(nftText) + textOf(iptables);
  return [
    /^table \S+ firewalld /m.test(text) ? ['firewalld'] : [],
    text.includes('ufw-user-input') ? ['ufw'] : [],
  ].flat();
}

const endedWell = (result: CommandResult): boolean => result.kind === 'ended' && result.exitCode === 0;
const textOf = (result: CommandResult): string => (endedWell(result) ? result.stdout.toString('utf8') : '');

function hasRules({ base, chains }: RuleSet): boolean {
  return base.some(({ chain, policy }) => policy === 'drop' || (chains.get(chain)?.length ?? 0) > 0);
}

/** nftables holds iptables' tables too, where iptables is made of it, with parts that it cannot say in its own words. */
function kernelRules(result: Record<KernelTool, CommandResult>): { name: string; rules: RuleSet }[] {
  const found: { name: string; rules: RuleSet }[] = [];
  const saved = { ip: textOf(result.iptables), ip6: textOf(result.ip6tables) };
  const readElsewhere = (family: string, table: string) =>
    (family === 'ip' || family === 'ip6') && saved[family] !== '' && iptablesTables(saved[family]).includes(table);
  const nft =
    parseNft(textOf(result.nftJson), textOf(result.nftText), readElsewhere) ??
    (endedWell(result.nftText) ? parseNftText(textOf(result.nftText), readElsewhere) : undefined);
  if (nft) found.push({ name: 'nftables', rules: nft });
  for (const [saying, family] of [
    [result.iptables, 4],
    [result.ip6tables, 6],
  ] as const) {
    const rules = iptablesRules(saying, family);
    if (rules) found.push({ name: family === 4 ? 'iptables' : 'ip6tables', rules });
  }
  // Where there is an nftables and it could not be read, iptables' tables are not the whole of it.
  return nft || result.nftJson.kind === 'missing' ? found : [];
}

/** It prints nothing where nobody has made a table yet. */
function iptablesRules(saying: CommandResult, family: 4 | 6): RuleSet | undefined {
  if (endedWell(saying) && saying.stdout.length === 0) return { base: [], chains: new Map() };
  return parseIptables(textOf(saying), family);
}

const FIRST_ASKED = ['nftJson', 'iptables', 'firewalld', 'ufw'] as const;

function nothingReadable(result: Record<(typeof FIRST_ASKED)[number], CommandResult>): Finding {
  for (const tool of FIRST_ASKED) {
    if (result[tool].kind === 'missing') continue;
    const trouble = rootCommandTrouble(COMMANDS[tool], result[tool]);
    if (trouble) return trouble;
  }
  return unknown(message('check.firewall.noTool'), ['nft, iptables-save, firewall-cmd, ufw: not found']);
}
