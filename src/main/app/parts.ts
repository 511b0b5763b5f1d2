import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import { createZooKeeperSession } from '#core/zookeeper';
import {
  createNodeSight,
  createProcessCheck,
  createRecordsSight,
  createServerEvidence,
  runPairChecks,
} from '#main/checks';
import { createCommandRunner } from '#main/commands';
import { createHeartbeatLoop } from '#main/heartbeat';
import { createHosts } from '#main/hosts';
import type { Journal } from '#main/journal';
import { createT2Connector } from '#main/nodes';
import { createPairMonitor } from '#main/pairs';
import { createPractice } from '#main/practice';
import { pairKey } from '#shared/domain';
import type { Parts } from './ports.ts';
import { createRemounts } from './remounts.ts';

/** The real modules. */
export function createParts({ clock, random, log }: { clock: Clock; random: Random; log: Log }): Parts {
  // One connection a host, for evidence and checks alike; a host key is accepted with `npm run check` alone.
  const hosts = createHosts({ clock, env: process.env, acceptNewHostKeys: false });
  return {
    openSession: (options) => createZooKeeperSession(options, { clock, random }),
    createHeartbeat: () => createHeartbeatLoop({ clock, random, log: log.child('heartbeat') }),
    createConnectors: (practice) => createT2Connector({ clock, practice, log: log.child('nodes') }),
    processCheck: createProcessCheck(),
    servers: createServerEvidence(hosts, clock),
    runCommand: createCommandRunner(clock),
    openHosts: (hostOptions) => createHosts({ clock, env: process.env, ...hostOptions }),
    remounts: createRemounts(hosts),
    runChecks: async (environment, pair, { again, asked, found, apart = false }) => {
      if (asked && !apart) hosts.forgetFailures();
      const node = createNodeSight(pair, clock);
      const records = createRecordsSight(environment, pair, { clock, random });
      const own = apart ? createHosts({ clock, env: process.env, acceptNewHostKeys: false }) : hosts;
      try {
        const deps = { clock, hosts: own, node, records, ...(found ? { found } : {}) };
        return await runPairChecks(environment, pair, deps, again);
      } finally {
        if (apart) own.close();
      }
    },
    createPractice,
    createPair: (options, { journal, lookAtServers, ...tools }, listeners) => {
      const key = pairKey(options.environment.id, options.pair.id);
      return createPairMonitor(
        options,
        {
          ...tools,
          earlierOutagesMs: () => earlierOutagesMs(journal, key),
          lookAtServers: () => lookAtServers(key),
        },
        listeners,
      );
    },
  };
}

/** How many of a pair's switchovers the forecast of the next one looks back on. */
const FORECAST_SWITCHOVERS = 20;

function earlierOutagesMs(journal: Journal, key: string): number[] {
  return journal
    .switchovers(key, FORECAST_SWITCHOVERS)
    .flatMap(({ outcome, outageMs }) => (outcome === 'done' && outageMs !== null ? [outageMs] : []));
}
