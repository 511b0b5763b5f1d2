import type { Clock, Random } from '#core/clock';
import { startApacheZooKeeper } from '#core/zookeeper-apache';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { type ForeignZooKeeper, PRACTICE_TICK_MS } from '#main/practice';
import type { ZooKeeperChoice } from './arguments.ts';
import { TcpProxy } from './tcp-proxy.ts';

const LONGEST_SESSION_MS = 120_000;

/** The ZooKeeper that a drill runs on, and how it is taken away from everyone and given back. */
export interface DrillZooKeeper {
  /** `embedded`, or the address, for the report. */
  readonly name: string;
  /** What nodes, console and client connect to. */
  readonly connection: ForeignZooKeeper;
  down(): Promise<void>;
  up(): Promise<void>;
  /** Kills the server of an ensemble that leads (SIGKILL); returns how to start it again. Rejects where there is no ensemble. */
  killLeader(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Starts the chosen ZooKeeper, or a way to the given one. Rejects with the reason where it cannot be had. */
export async function provideZooKeeper(
  choice: ZooKeeperChoice,
  deps: { clock: Clock; random: Random },
): Promise<DrillZooKeeper> {
  if (choice.kind === 'embedded') return embedded(deps);
  if (choice.kind === 'apache') return apache(choice.servers, deps);
  return foreign(choice.connectString, deps.random);
}

const noEnsemble = () => Promise.reject(new Error('only an ensemble of the drill’s own has a leader to kill'));

async function embedded({ clock, random }: { clock: Clock; random: Random }): Promise<DrillZooKeeper> {
  const server = await startZooKeeperServer(
    { tickMs: PRACTICE_TICK_MS, maxSessionTimeoutMs: LONGEST_SESSION_MS },
    { clock, random },
  );
  return {
    name: 'embedded',
    connection: { connectString: server.address },
    down: () => server.stop(),
    up: () => server.restart(),
    killLeader: noEnsemble,
    close: () => server.close(),
  };
}

async function apache(count: 1 | 3, { clock }: { clock: Clock }): Promise<DrillZooKeeper> {
  const ensemble = await startApacheZooKeeper({ servers: count }, { clock });
  return {
    name: ensemble.connectString,
    connection: { connectString: ensemble.connectString },
    down: async () => void (await Promise.all(ensemble.servers.map((server) => server.kill()))),
    up: async () => void (await Promise.all(ensemble.servers.map((server) => server.restart()))),
    killLeader: async () => {
      const leader = ensemble.servers[await ensemble.leaderIndex()];
      await leader?.kill();
      return async () => void (await leader?.restart());
    },
    close: () => ensemble.close(),
  };
}

/** Somebody else's ZooKeeper is never stopped: the drill's way to it is cut, and a path of its own is used and removed. */
async function foreign(connectString: string, random: Random): Promise<DrillZooKeeper> {
  const proxies = connectString.split(',').map((server) => {
    const colon = server.lastIndexOf(':');
    return new TcpProxy(server.slice(0, colon).replace(/^\[|\]$/g, ''), Number(server.slice(colon + 1)));
  });
  await Promise.all(proxies.map((proxy) => proxy.open()));
  const cut = async () => void (await Promise.all(proxies.map((proxy) => proxy.cut())));
  return {
    name: connectString,
    connection: {
      connectString: proxies.map(({ port }) => `127.0.0.1:${port}`).join(','),
      chroot: `/kuantu-drill-${random.uuid()}`,
      removeChrootAt: connectString,
    },
    down: cut,
    killLeader: noEnsemble,
    up: async () => void (await Promise.all(proxies.map((proxy) => proxy.open()))),
    close: cut,
  };
}
