import { CONSOLE, type HopResult, probeChain } from '#main/data-sync-setup';
import { HostAccessError } from '#main/hosts';
import { message } from '#shared/domain';
import type { ProbeItem } from '#shared/setup';
import { accessOf } from '../access.ts';
import { topologyField, topologyOf } from '../sharing.ts';
import { probeByChecks } from './checks.ts';
import { looked, type ProbeContext } from './context.ts';

const isOfSync = (id: string) => /^(mount|nfs$|firewall-nfs$|redo$|redo-lag$)/.test(id);

/** What is mounted, and where NFS is meant every hop of the chain from the place that will use it (F3). Changes nothing. */
export async function probeSharing(context: ProbeContext): Promise<void> {
  const { values } = context;
  const chain = values.mode === 'pair' && values.sharing.kind === 'nfs';
  await Promise.all([probeByChecks(context, isOfSync), ...(chain ? [probeHops(context)] : [])]);
}

async function probeHops(context: ProbeContext): Promise<void> {
  const { values, deps, hosts, signal, found } = context;
  const checked = topologyOf(values);
  if (!checked.ok) {
    for (const { path, message: reason, remedy } of checked.problems)
      await looked(context, { id: `plan ${path.join('.')}`, about: 'NFS', field: topologyField(path) }, async () => ({
        result: 'fail',
        reason,
        remedy,
        evidence: [path.join('.')],
      }));
    return;
  }
  const placeOf = async (place: string) => {
    if (place === CONSOLE) return hosts.here;
    const index = values.node.instances.findIndex(({ name }) => name.trim() === place);
    const access = index < 0 ? undefined : accessOf(values, index as 0 | 1);
    if (!access)
      throw new HostAccessError('no-credential', message('setup.server.noAccess'), message('setup.remedy.noAccess'), [
        place,
      ]);
    return hosts.open(access, values.servers[index as 0 | 1].host.trim());
  };
  const results = await probeChain(checked.topology, placeOf, deps.clock);
  for (const each of results) if (!signal.aborted) found(hopItem(each, deps.clock.wallMs()));
}

/** The chain as a drawing, and in one line: who dials what, where a router sends it, where it arrives. */
function hopItem({ hop, result, reason, remedy, evidence, failsAt, tookMs }: HopResult, atMs: number): ProbeItem {
  const at = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
  const router = hop.via === 'nothing' ? '' : ` → NAT → ${at(hop.arrives)}`;
  const inOneLine = `${hop.from} → ${at(hop.target)}/${hop.protocol}${router} (${hop.to} ${hop.service})`;
  return {
    id: `hop ${hop.id}`.slice(0, 128),
    about: `${hop.from} → ${hop.to}`,
    field: null,
    result,
    reason,
    remedy,
    evidence: [inOneLine, ...evidence].map((line) => line.slice(0, 400)),
    chain: {
      from: hop.from,
      to: hop.to,
      service: hop.service,
      protocol: hop.protocol,
      target: at(hop.target),
      arrives: hop.via === 'nothing' ? null : at(hop.arrives),
      failsAt,
    },
    tookMs: Math.round(tookMs),
    atMs,
  };
}
