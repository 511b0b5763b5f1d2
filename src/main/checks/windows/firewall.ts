import { z } from 'zod';
import { all, any, type Maybe, type Packet, senderWithin } from '../firewall/packet.ts';
import type { FirewallVerdict } from '../firewall/rules.ts';
import { jsonIn } from './answers.ts';

/** PowerShell unrolls arrays of one, and says nothing for none. */
const words = z
  .union([z.array(z.union([z.string(), z.number()])), z.string(), z.number(), z.null()])
  .optional()
  .transform((value) => (value === null || value === undefined ? [] : [value].flat().map(String)));
const list = <T extends z.ZodType>(item: T) =>
  z
    .union([z.array(item), item, z.null()])
    .optional()
    .transform((value): z.infer<T>[] =>
      value === null || value === undefined ? [] : Array.isArray(value) ? value : [value],
    );

const firewallSchema = z.object({
  profiles: list(z.object({ name: z.string(), enabled: z.string(), inbound: z.string() })),
  networks: words,
  rules: list(z.object({ id: z.string(), name: z.string().nullable(), action: z.string(), profiles: z.string() })),
  ports: list(z.object({ id: z.string(), protocol: z.string(), local: words, remote: words })),
  addresses: list(z.object({ id: z.string(), remote: words })),
  programs: list(z.object({ id: z.string(), program: z.string() })),
});

interface WindowsRule {
  name: string;
  blocks: boolean;
  profiles: string[];
  fits(packet: Packet): Maybe;
}

/** Windows' own firewall, as far as a packet that comes in is concerned. */
export interface WindowsFirewall {
  /** Whether any profile in force has it on. */
  active: boolean;
  judge(packet: Packet): FirewallVerdict;
}

/** Reads what the script printed; undefined where it is not that. */
export function parseWindowsFirewall(text: string): WindowsFirewall | undefined {
  const data = firewallSchema.safeParse(jsonIn(text)).data;
  if (!data || data.profiles.length === 0) return undefined;
  const inForce = profilesInForce(data.networks);
  const profiles = data.profiles.filter(({ name, enabled }) => isOn(enabled) && inForce(name));
  const ports = byId(data.ports);
  const addresses = byId(data.addresses);
  const programs = byId(data.programs);
  const rules = data.rules.map(({ id, name, action, profiles: of }): WindowsRule => {
    const port = ports.get(id);
    const address = addresses.get(id)?.remote ?? ['Any'];
    const program = programs.get(id)?.program ?? 'Any';
    return {
      name: `${action}: ${name ?? id}`,
      blocks: action === 'Block',
      profiles: of.split(/,\s*/),
      // Whether it is mt's own program is not known from here.
      fits: (packet) =>
        all([
          port ? portFits(port, packet) : true,
          any(address.map((each) => addressFits(each, packet))),
          /^(Any|)$/i.test(program) ? true : undefined,
        ]),
    };
  });
  return { active: profiles.length > 0, judge: (packet) => judge(profiles, rules, packet) };
}

const isOn = (enabled: string) => /^(true|1)$/i.test(enabled);

/** The profiles of the networks that the server is in; where that is not told, every profile may be. */
function profilesInForce(networks: readonly string[]): (profile: string) => boolean {
  const names = networks.map((network) => (/domain/i.test(network) ? 'Domain' : network));
  return (profile) => names.length === 0 || names.includes(profile);
}

const byId = <T extends { id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]));

/** A rule that blocks wins over every one that allows; what none is about is left to the profile. */
function judge(
  profiles: readonly { name: string; inbound: string }[],
  rules: readonly WindowsRule[],
  packet: Packet,
): FirewallVerdict {
  if (profiles.length === 0) return { says: 'passes', lines: ['no profile in force has the firewall on'] };
  // What comes from the same machine is not filtered.
  if (packet.viaLoopback) return { says: 'passes', lines: ['loopback'] };
  const verdicts = profiles.map(({ name, inbound }) => ofProfile(name, inbound, rules, packet));
  return (
    verdicts.find(({ says }) => says === 'dropped') ??
    verdicts.find(({ says }) => says === 'unclear') ??
    firstOf(verdicts)
  );
}

function firstOf([first]: readonly FirewallVerdict[]): FirewallVerdict {
  return first ?? { says: 'passes', lines: [] };
}

function ofProfile(name: string, inbound: string, rules: readonly WindowsRule[], packet: Packet): FirewallVerdict {
  const own = rules.filter(({ profiles }) => profiles.includes('Any') || profiles.includes(name));
  const found = (blocks: boolean, fits: Maybe) =>
    own.find((rule) => rule.blocks === blocks && rule.fits(packet) === fits);
  const line = (rule: WindowsRule) => [`${name}: ${rule.name}`];
  const blocked = found(true, true);
  if (blocked) return { says: 'dropped', lines: line(blocked) };
  const perhaps = found(true, undefined);
  if (perhaps) return { says: 'unclear', lines: line(perhaps) };
  const allowed = found(false, true);
  if (allowed) return { says: 'passes', lines: line(allowed) };
  const policy = [`${name}: inbound ${inbound}`];
  // What is not set is blocked.
  if (inbound === 'Allow') return { says: 'passes', lines: policy };
  const opened = found(false, undefined);
  return opened ? { says: 'unclear', lines: [...line(opened), ...policy] } : { says: 'dropped', lines: policy };
}

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { tcp: '6', udp: '17' };

function portFits({ protocol, local, remote }: z.infer<typeof firewallSchema>['ports'][number], packet: Packet): Maybe {
  if (!/^any$/i.test(protocol)) {
    if (protocol.toLowerCase() !== packet.protocol && protocol !== PROTOCOL_NUMBERS[packet.protocol]) return false;
  }
  const sent = remote.length === 0 || remote.some((each) => /^any$/i.test(each));
  const arrives = local.length === 0 ? true : any(local.map((each) => onePort(each, packet.port)));
  return all([arrives, sent ? true : undefined]);
}

/** `Any`, `7001`, `7001-7010`; names such as `RPC` stand for ports that are none of ours. */
function onePort(text: string, port: number): Maybe {
  if (/^any$/i.test(text)) return true;
  const found = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!found) return false;
  return port >= Number(found[1]) && port <= Number(found[2] ?? found[1]);
}

/** `Any`, an address, a network with a length or a mask; `LocalSubnet` and others depend on the server's own addresses. */
function addressFits(text: string, packet: Packet): Maybe {
  if (/^any$/i.test(text)) return true;
  const found = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}|(?:\d{1,3}\.){3}\d{1,3}))?$/.exec(text);
  if (!found?.[1]) return undefined;
  const whole = found[1].includes(':') ? 128 : 32;
  return senderWithin(packet, found[1], found[2] === undefined ? whole : lengthOf(found[2]));
}

function lengthOf(mask: string): number {
  if (!mask.includes('.')) return Number(mask);
  return mask
    .split('.')
    .map((part) => Number(part).toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);
}
