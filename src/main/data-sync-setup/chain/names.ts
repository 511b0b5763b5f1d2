import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type DataSync, type Message, message } from '#shared/domain';
import { CONSOLE } from './hops.ts';
import { type PlaceOf, reached } from './run.ts';

const NAMES_TIMEOUT_MS = 6_000;

/** What a name is at each place. */
export interface NameFinding {
  name: string;
  result: 'pass' | 'fail' | 'unknown';
  reason: Message;
  remedy: Message | null;
  /** A line a place. */
  evidence: string[];
}

/** Asks the console and both servers for every name of the plan, and compares: one name should be one machine. */
export async function lookAtNames(
  topology: DataSync,
  placeOf: PlaceOf,
  resolveHere: ResolveHere = addressesHere,
): Promise<NameFinding[]> {
  return Promise.all(namesOf(topology).map((name) => lookAtName(name, topology, placeOf, resolveHere)));
}

/** A name's addresses by the console's own machine; empty: there is no such name. */
export type ResolveHere = (name: string) => Promise<string[]>;

function namesOf({ servers, zooKeeper }: DataSync): string[] {
  const addresses = servers.flatMap(({ addresses: { own, console, peer, zooKeeperClients } }) => [
    own,
    console,
    peer,
    zooKeeperClients,
  ]);
  const all = [...addresses, ...zooKeeper.map(({ host }) => host)];
  return [...new Set(all.flatMap((each) => (each === undefined || isIP(each) ? [] : [each])))];
}

async function lookAtName(
  name: string,
  { servers }: DataSync,
  placeOf: PlaceOf,
  resolveHere: ResolveHere,
): Promise<NameFinding> {
  const places = [CONSOLE, servers[0].name, servers[1].name];
  const answers = await Promise.all(
    places.map(async (place) => ({
      place,
      addresses: place === CONSOLE ? sorted(await resolveHere(name)) : await resolvedAt(place, name, placeOf),
    })),
  );
  const evidence = answers.map(
    ({ place, addresses }) => `${place}: ${addresses?.join(' ') || (addresses ? '-' : '?')}`,
  );
  const known = answers.flatMap(({ addresses }) => (addresses ? [addresses.join(' ')] : []));
  const finding = (result: NameFinding['result'], what: string, remedy: boolean): NameFinding => ({
    name,
    result,
    reason: message(`dataSync.name.${what}`, { name }),
    remedy: remedy ? message('dataSync.name.remedy', { name }) : null,
    evidence,
  });
  if (new Set(known).size > 1) return finding('fail', 'differs', true);
  if (known.includes('')) return finding('fail', 'unknownEverywhere', true);
  return known.length < answers.length ? finding('unknown', 'notAsked', false) : finding('pass', 'same', false);
}

async function addressesHere(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/** Its addresses, sorted; empty: there is no such name; null: it could not be asked. */
async function resolvedAt(place: string, name: string, placeOf: PlaceOf): Promise<string[] | null> {
  const at = await reached(placeOf, place);
  if (!('host' in at)) return null;
  const result = await at.host.run(['getent', 'ahosts', name], { timeoutMs: NAMES_TIMEOUT_MS });
  // 2: there is no such name.
  if (result.kind !== 'ended' || (result.exitCode !== 0 && result.exitCode !== 2)) return null;
  const lines = result.stdout.toString('utf8').split('\n');
  return sorted(lines.map((line) => line.split(/\s+/)[0] ?? '').filter((address) => isIP(address)));
}

const sorted = (addresses: readonly string[]): string[] => [...new Set(addresses)].sort();
