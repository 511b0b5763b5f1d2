import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import { createZooKeeperSession } from '#core/zookeeper';
import { createProcessCheck } from '#main/checks';
import { createHeartbeatLoop } from '#main/heartbeat';
import { createT2Connector } from '#main/nodes';
import { createPractice } from '#main/practice';
import type { Parts } from './ports.ts';

/** The real modules. */
export function createParts({ clock, random, log }: { clock: Clock; random: Random; log: Log }): Parts {
  return {
    openSession: (options) => createZooKeeperSession(options, { clock, random }),
    createHeartbeat: () => createHeartbeatLoop({ clock, random, log: log.child('heartbeat') }),
    createConnectors: (practice) => createT2Connector({ clock, practice, log: log.child('nodes') }),
    processCheck: createProcessCheck(),
    createPractice,
    createPair: () => {
      throw new Error('pairs');
    },
  };
}
