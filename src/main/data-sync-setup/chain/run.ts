import type { Clock } from '#core/clock';
import { type Host, HostAccessError } from '#main/hosts';
import { type DataSync, type Message, message } from '#shared/domain';
import { type ChainHop, CONSOLE, chainHops } from './hops.ts';
import { type HopResult, probeHop } from './probe.ts';

/** Where a place of the chain is: {@link CONSOLE} or an instance's server. May reject with HostAccessError. */
export type PlaceOf = (place: string) => Promise<Host>;

/** Tries every hop from the place that will use it, all at once. Never rejects for what places do: that is a result. */
export function probeChain(topology: DataSync, placeOf: PlaceOf, clock: Clock): Promise<HopResult[]> {
  return Promise.all(
    chainHops(topology).map(async (hop) => {
      const from = await reached(placeOf, hop.from);
      if ('reason' in from) return notTried(hop, from.reason, from.evidence);
      const isServer = topology.servers.some(({ name }) => name === hop.to);
      const at = isServer ? await reached(placeOf, hop.to) : null;
      const hosts = { from: from.host, at: at && 'host' in at ? at.host : null };
      return probeHop(hop, hosts, topology.nfsVersion, clock);
    }),
  );
}

type Reached = { host: Host } | { reason: Message; evidence: string[] };

/** The host of a place, or why it cannot be entered. */
export async function reached(placeOf: PlaceOf, place: string): Promise<Reached> {
  try {
    return { host: await placeOf(place) };
  } catch (error) {
    if (!(error instanceof HostAccessError)) throw error;
    return { reason: error.said, evidence: [...error.evidence] };
  }
}

function notTried(hop: ChainHop, reason: Message, evidence: string[]): HopResult {
  const remedy = hop.from === CONSOLE ? null : message('dataSync.hop.remedy.access', { from: hop.from });
  return { hop, result: 'unknown', reason, remedy, evidence, failsAt: null, tookMs: 0 };
}
