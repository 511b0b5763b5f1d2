import type { ProbedStep } from '#shared/setup';
import { probeByChecks } from './checks.ts';
import type { ProbeContext } from './context.ts';
import { probeNode } from './node.ts';
import { probeServers } from './servers.ts';
import { probeSharing } from './sharing.ts';
import { probeZooKeeper } from './zookeeper.ts';

const isOfDatabase = (id: string) => /^(todb|database$|firewall-database$)/.test(id);

const PROBES: Record<ProbedStep, (context: ProbeContext) => Promise<void>> = {
  zookeeper: probeZooKeeper,
  servers: probeServers,
  node: probeNode,
  sync: probeSharing,
  database: (context) => probeByChecks(context, isOfDatabase),
  verify: (context) => probeByChecks(context, () => true),
};

/** Looks at what a step asks for. Nothing of it changes anything anywhere. */
export function runProbe(step: ProbedStep, context: ProbeContext): Promise<void> {
  return PROBES[step](context);
}
