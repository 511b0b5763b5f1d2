import { dirname, join } from 'node:path';
import { systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { createZooKeeperSession, type ZooKeeperSession } from '#core/zookeeper';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { createProcessCheck, type ServerEvidence } from '#main/checks';
import { createCommandRunner } from '#main/commands';
import { TroubleBoard } from '#main/failover';
import { createHeartbeatLoop, type HeartbeatLoop } from '#main/heartbeat';
import { createT2Connector } from '#main/nodes';
import { createPairMonitor, type PairEvent, type PairMonitor, type SwitchoverNotice } from '#main/pairs';
import {
  environmentSchema,
  type InstanceCommands,
  parseRecord,
  type Route,
  routeSchema,
  type ServerAccess,
} from '#shared/domain';
import { type NodeProcess, NodeProcesses, TEST_SESSION } from '#test/mt-node-process';
import { ShareMount } from '#test/share-mount';
import { until } from '#test/zookeeper-session';

export interface RigOptions {
  policy?: 'observe' | 'assist' | 'auto';
  driver?: 'node' | 'console';
  hostCheck?: 'local' | 'ssh' | 'none';
  /** How the console gets to the instances' servers. */
  access?: ServerAccess;
  /** What is asked of the servers; absent: nothing. */
  servers?: ServerEvidence;
  sessionTimeoutMs?: number;
  beatIntervalMs?: number;
  /** Address of a ZooKeeper that is there already; without one an embedded server is started. */
  zookeeper?: string;
  /** Where the console reaches an instance, if not directly. */
  portOf?: (instance: string, t2Port: number) => number;
  /** Where the other instance is told that it reaches this one over f2, if not directly. */
  f2PortOf?: (instance: string) => number | undefined;
  /** More arguments for the node processes. */
  nodeArgs?: readonly string[];
  /** Whether the instances keep data, each with the other one's share mounted. */
  keepsData?: boolean;
  /** Of the policy: how many acknowledged records an automatic switchover may lose. */
  maxLossRecords?: number;
  /** Absent: none. */
  cooldownMs?: number;
  /** Absent: as many as any test wants. */
  maxPerDay?: number;
  /** Absent: an unreachable primary is never switched over. */
  unreachableSwitchMs?: number;
  /** What the console may run for A. */
  commands?: InstanceCommands;
  /** Time-outs of the policy that differ from the defaults. */
  timeouts?: Record<string, number>;
}

/** A console of a test: a monitor of the pair with all that it told. */
export interface RigConsole {
  monitor: PairMonitor;
  session: ZooKeeperSession;
  events: PairEvent[];
  notices: SwitchoverNotice[];
  stop(): Promise<void>;
}

/** Two real node processes, a ZooKeeper, and any number of consoles. */
export class PairRig {
  readonly processes = new NodeProcesses();
  readonly nodes = new Map<string, NodeProcess>();
  readonly #options: RigOptions;
  readonly #consoles: RigConsole[] = [];
  readonly #heartbeat: HeartbeatLoop = createHeartbeatLoop({ clock: systemClock, random: systemRandom });
  /** Where each instance has the other one's share mounted. */
  readonly mounts = new Map<string, ShareMount>();
  #root: string | undefined;
  server: ZooKeeperServer | undefined;
  #spare: ZooKeeperSession | undefined;
  readonly system = `s${systemRandom.uuid().slice(0, 8)}`;

  constructor(options: RigOptions = {}) {
    this.#options = options;
  }

  get address(): string {
    const address = this.#options.zookeeper ?? this.server?.address;
    if (!address) throw new Error('no ZooKeeper yet');
    return address;
  }

  /** Starts ZooKeeper and the instances; A, started first, is primary. */
  async start(): Promise<void> {
    if (!this.#options.zookeeper)
      this.server = await startZooKeeperServer({ tickMs: 200 }, { clock: systemClock, random: systemRandom });
    await this.startNode('A');
    await until(async () => (await this.route())?.instance === 'A');
    await this.startNode('B');
  }

  async startNode(instance: string): Promise<NodeProcess> {
    const before = this.nodes.get(instance);
    const f2Port = this.#options.f2PortOf?.(instance);
    const data = this.#options.keepsData ? this.#dataOf(instance) : undefined;
    const node = await this.processes.start({
      zookeeper: this.address,
      system: this.system,
      instance,
      ...(data ? { dataDir: data.dataDir } : before ? { dataDir: before.dataDir } : {}),
      args: [
        ...['--session-timeout', String(this.#options.sessionTimeoutMs ?? 2_000)],
        ...['--driver', this.#options.driver ?? 'console'],
        ...(data ? ['--mount', data.mount] : []),
        ...(f2Port === undefined ? [] : ['--advertise-f2-port', String(f2Port)]),
        ...(this.#options.nodeArgs ?? []),
        ...(before ? ['--t2-port', String(before.t2Port), '--f2-port', String(before.f2Port)] : []),
      ],
    });
    this.nodes.set(instance, node);
    return node;
  }

  /** The mount of an instance; present once that instance was started. */
  mount(instance: string): ShareMount {
    const mount = this.mounts.get(instance);
    if (!mount) throw new Error(`no mount of ${instance}`);
    return mount;
  }

  /** Where an instance keeps its share, which the other one mounts. */
  share(instance: string): string {
    this.#root ??= this.processes.folder();
    return join(this.#root, instance, 'share');
  }

  #dataOf(instance: string): { dataDir: string; mount: string } {
    const dataDir = dirname(this.share(instance));
    const other = this.share(instance === 'A' ? 'B' : 'A');
    const mount = this.mounts.get(instance) ?? new ShareMount(`${dataDir}-mount`, other);
    this.mounts.set(instance, mount);
    return { dataDir, mount: mount.directory };
  }

  node(instance: string): NodeProcess {
    const node = this.nodes.get(instance);
    if (!node) throw new Error(`no instance ${instance}`);
    return node;
  }

  /** `portOf`: where this console alone reaches an instance, if not as the others do. */
  console(consoleName = 'console-1', portOf = this.#options.portOf): RigConsole {
    const session = this.#session();
    const events: PairEvent[] = [];
    const notices: SwitchoverNotice[] = [];
    const { environment, pair } = this.#configuration(portOf);
    const monitor = createPairMonitor(
      { environment, pair, consoleName },
      {
        session,
        heartbeat: this.#heartbeat,
        connect: createT2Connector({ clock: systemClock }),
        processCheck: createProcessCheck(),
        ...(this.#options.servers ? { servers: this.#options.servers } : {}),
        runCommand: createCommandRunner(),
        troubles: new TroubleBoard(),
        clock: systemClock,
        random: systemRandom,
        log: silentLog,
      },
      { event: (event) => events.push(event), notice: (notice) => notices.push(notice) },
    );
    const stop = async () => {
      await monitor.stop();
      await session.close();
    };
    const made = { monitor, session, events, notices, stop };
    this.#consoles.push(made);
    return made;
  }

  /** The route as ZooKeeper holds it. */
  async route(): Promise<Route | undefined> {
    this.#spare ??= this.#session();
    await this.#spare.whenConnected(5_000);
    const path = `/kuantu/${this.system}/mt/mt/route`;
    const node = await this.#spare.get(path);
    return node && parseRecord(routeSchema, path, node.data);
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#consoles.map((one) => one.stop()));
    this.#heartbeat.stop();
    await this.#spare?.close();
    await this.processes.end();
    await this.server?.close();
  }

  #session(): ZooKeeperSession {
    return createZooKeeperSession(
      { connectString: this.address, sessionTimeoutMs: this.#options.sessionTimeoutMs ?? 2_000 },
      { clock: systemClock, random: systemRandom },
    );
  }

  /** Servers reach each other directly, wherever the console does. */
  #server(instance: string, access: ServerAccess) {
    const { t2Port, f2Port } = this.node(instance === 'A' ? 'B' : 'A');
    return { access, peer: { host: '127.0.0.1', t2Port, f2Port } };
  }

  #configuration(portOf: RigOptions['portOf'] = (_instance, t2Port) => t2Port) {
    const { policy = 'auto', driver = 'console', hostCheck = 'local', beatIntervalMs = 1_000 } = this.#options;
    const instances = ['A', 'B'].map((name) => ({
      name,
      host: '127.0.0.1',
      t2Port: portOf(name, this.node(name).t2Port),
      f2Port: this.node(name).f2Port,
      credential: { system: 'O3', sessionId: TEST_SESSION },
      hostCheck,
      ...(this.#options.access ? { server: this.#server(name, this.#options.access) } : {}),
      ...(name === 'A' && this.#options.commands ? { commands: this.#options.commands } : {}),
    }));
    const environment = environmentSchema.parse({
      id: 'test',
      name: 'test',
      zookeeper: { connectString: this.address },
      pairs: [
        {
          id: 'mt',
          system: this.system,
          node: 'mt',
          instances,
          driver,
          policy,
          beatIntervalMs,
          timeouts: this.#options.timeouts ?? {},
          maxLossRecords: this.#options.maxLossRecords ?? 0,
          cooldownMs: this.#options.cooldownMs ?? 0,
          maxPerDay: this.#options.maxPerDay ?? 100,
          unreachableSwitchMs: this.#options.unreachableSwitchMs ?? 0,
        },
      ],
    });
    const [pair] = environment.pairs;
    if (!pair) throw new Error('no pair');
    return { environment, pair };
  }
}
