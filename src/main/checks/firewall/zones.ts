import { judgeFirewalld } from './managers.ts';
import { any, type Maybe, type Packet, senderWithin } from './packet.ts';
import type { FirewallVerdict } from './rules.ts';

/** A zone of firewalld, as `firewall-cmd` lists it. */
export interface Zone {
  name: string;
  interfaces: string[];
  sources: string[];
  /** Its own part of the list. */
  text: string;
}

/** Reads `firewall-cmd --list-all-zones` or `--list-all`, of any version; what stands before a zone's name is passed over. */
export function firewalldZones(text: string): Zone[] {
  const blocks = text.matchAll(/^(\S+)(?: \([\w, ]+\))?[ \t]*\n((?:[ \t]+.*(?:\n|$))+)/gm);
  return [...blocks].flatMap(([block, name = '', body = '']) => {
    const words = (field: string) =>
      (new RegExp(`^ {2}${field}: ?(.*)$`, 'm').exec(body)?.[1] ?? '').split(/\s+/).filter((word) => word !== '');
    const isZone = /^ {2}services:/m.test(body);
    return isZone ? [{ name, interfaces: words('interfaces'), sources: words('sources'), text: block }] : [];
  });
}

/** What firewalld says of a server, and by which network card the sender is reached from there. */
export interface ZoneSight {
  /** Every zone; undefined where they cannot be listed. */
  zones: readonly Zone[] | undefined;
  /** The one for what is bound to none. */
  defaultZone: Zone;
  /** Undefined: not known. */
  device: string | undefined;
  /** The ports of the services that the zones name. */
  services: ReadonlyMap<string, readonly string[]>;
}

/** What firewalld does with a packet: the zone of its sender decides, else that of the card by which it comes. */
export function judgeZones(sight: ZoneSight, packet: Packet): FirewallVerdict | undefined {
  // What comes from the same machine is in no zone.
  if (packet.viaLoopback) return { says: 'passes', lines: ['loopback'] };
  const verdicts = zonesOf(sight, packet).flatMap(({ name, text }) => {
    const verdict = judgeFirewalld(text, packet, sight.services);
    return verdict ? [{ says: verdict.says, lines: [`zone ${name}`, ...verdict.lines] }] : [];
  });
  const [first] = verdicts;
  if (!first) return undefined;
  const isKnown = sight.zones !== undefined || isBound(sight.defaultZone, sight.device);
  if (isKnown && verdicts.every(({ says }) => says === first.says)) return first;
  const missing = isKnown ? [] : ['firewall-cmd --list-all-zones: another zone may apply'];
  return { says: 'unclear', lines: [...missing, ...verdicts.flatMap(({ lines }) => lines)] };
}

/** The zones that may be the packet's; one where everything is known. */
export function zonesOf({ zones = [], defaultZone, device }: ZoneSight, packet: Packet): Zone[] {
  const bySource = zones.map((zone) => ({ zone, fits: any(zone.sources.map((source) => sourceFits(source, packet))) }));
  const of = (fits: Maybe) => bySource.flatMap((each) => (each.fits === fits ? [each.zone] : []));
  const [sure, perhaps] = [of(true), of(undefined)];
  if (sure.length > 0) return [...sure, ...perhaps];
  const byDevice = zones.filter((zone) => (device === undefined ? zone.interfaces.length > 0 : isBound(zone, device)));
  const others = device !== undefined && byDevice.length > 0 ? [] : [defaultZone];
  const own = [...perhaps, ...byDevice];
  return [...own, ...others.filter(({ name }) => own.every((each) => each.name !== name))];
}

function isBound({ interfaces }: Zone, device: string | undefined): boolean {
  return (
    device !== undefined &&
    interfaces.some((name) => name === device || (name.endsWith('+') && device.startsWith(name.slice(0, -1))))
  );
}

/** An address or a network; what an IP set holds, and who has a hardware address, is not known here. */
function sourceFits(source: string, packet: Packet): Maybe {
  const found = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(source);
  if (!found?.[1] || /^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/.test(source)) return undefined;
  return senderWithin(packet, found[1], Number(found[2] ?? (found[1].includes(':') ? 128 : 32)));
}
