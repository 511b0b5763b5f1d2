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
import { createHosts, createLocalHost } from '#main/hosts';
import type { Journal } from '#main/journal';
import { createT2Connector } from '#main/nodes';
import { createPairMonitor } from '#main/pairs';
import { createPractice } from '#main/practice';
import { openSecretStore, type SecretCipher } from '#main/secrets';
import { pairKey } from '#shared/domain';
import { createConnections } from './connections.ts';
import type { Parts } from './ports.ts';
import { createRemounts } from './remounts.ts';

export interface PartsOptions {
  clock: Clock;
  random: Random;
  log: Log;
  /** Where enciphered passwords are kept; null: nothing is written. */
  secretsFile: string | null;
  /** The desktop shell's own. */
  cipher?: SecretCipher | undefined;
}

/** The real modules. */
export function createParts({ clock, random, log, secretsFile, cipher }: PartsOptions): Parts {
  const secrets = openSecretStore({
    platform: process.platform,
    run: createLocalHost({ clock }).run,
    file: secretsFile,
    cipher,
  });
  // One connection a host, for evidence and checks alike; a host key is accepted by an operator alone: in the form, or with `npm run check`.
  const hosts = createHosts({ clock, env: process.env, acceptNewHostKeys: false, passwords: secrets });
  return {
    openSession: (options) => createZooKeeperSession(options, { clock, random }),
    createHeartbeat: () => createHeartbeatLoop({ clock, random, log: log.child('heartbeat') }),
    createConnectors: (practice) => createT2Connector({ clock, practice, log: log.child('nodes') }),
    processCheck: createProcessCheck(),
    servers: createServerEvidence(hosts, clock),
    runCommand: createCommandRunner(clock),
    openHosts: (hostOptions) => createHosts({ clock, env: process.env, passwords: secrets, ...hostOptions }),
    secrets,
    connections: createConnections({ clock, passwords: secrets, hosts }),
    remounts: createRemounts(hosts),
    runChecks: async (environment, pair, { again, asked, found, apart = false }) => {
      if (asked && !apart) hosts.forgetFailures();
      const node = createNodeSight(pair, clock);
      const records = createRecordsSight(environment, pair, { clock, random, passwords: secrets });
      const own = apart
        ? createHosts({ clock, env: process.env, acceptNewHostKeys: false, passwords: secrets })
        : hosts;
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
          lookAtServers: async () => lookAtServers(key),
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
