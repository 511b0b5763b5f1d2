import type { Clock } from '#core/clock';
import type { Hosts } from '#main/hosts';
import type { ServerEvidence } from './port.ts';
import { createReachEvidence } from './reach-evidence.ts';
import { createRemoteProcessCheck } from './remote-process.ts';

/** What a look may take of the time that it is waited for. */
const LOOK_SHARE = 0.75;

/** What servers say of the instances on them, over the connections that the checks use as well. */
export function createServerEvidence(hosts: Hosts, clock: Clock): ServerEvidence {
  const open: Hosts['open'] = (access, host) => hosts.open(access, host);
  const processCheckOf = createRemoteProcessCheck({ open, clock });
  const reach = createReachEvidence({ open });
  const lookMs = (waitMs: number) => Math.ceil(waitMs * LOOK_SHARE);
  return {
    checkProcess: (instance, identity, waitMs) => processCheckOf(instance, lookMs(waitMs))(identity),
    reach: (from, to, waitMs) => reach(from, to, lookMs(waitMs)),
    close: () => hosts.close(),
  };
}
