import type { Clock } from '#core/clock';
import type { Hosts } from '#main/hosts';
import type { ServerEvidence } from './port.ts';
import { createReachEvidence } from './reach-evidence.ts';
import { createRemoteProcessCheck } from './remote-process.ts';

/** Longer than what is asked takes on a busy server, and shorter than the engine waits by default: who asks says what was missing. */
const LOOK_MS = 1_500;

/** What servers say of the instances on them, over the connections that the checks use as well. */
export function createServerEvidence(hosts: Hosts, clock: Clock): ServerEvidence {
  const open: Hosts['open'] = (access, host) => hosts.open(access, host);
  const processCheckOf = createRemoteProcessCheck({ open, clock, timeoutMs: LOOK_MS });
  return {
    checkProcess: (instance, identity) => processCheckOf(instance)(identity),
    reach: createReachEvidence({ open, timeoutMs: LOOK_MS }),
    close: () => hosts.close(),
  };
}
