import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, sleep } from '#core/clock';
import { ServerProcess } from '#core/throw-away-server';
import { apacheZooKeeperMissing, findClasspath, javaProgram } from './classpath.ts';
import { fourLetterWord } from './four-letter.ts';

export interface ApacheZooKeeperOptions {
  /** One server, or an ensemble of three. */
  servers?: 1 | 3;
  /** ZooKeeper's tick; sessions last between 2 and 20 of them. Default 200. */
  tickMs?: number;
  /** Forces every write to disk, as a site would; default off, for speed. */
  forceSync?: boolean;
  /** How long the servers may take until they serve. Default 30 s. */
  startTimeoutMs?: number;
}

export interface ApacheZooKeeperServer {
  readonly port: number;
  /** The Java process; another one after `restart`. */
  readonly pid: number;
  /** SIGKILL, and waits until the process is gone. Its data stays. */
  kill(): Promise<void>;
  /** SIGSTOP: the process hangs, its connections stay open. */
  stop(): void;
  /** SIGCONT after `stop`. */
  cont(): void;
  /** Starts a killed server again on the same port and data, and waits until it serves. */
  restart(): Promise<void>;
  /** Resolves once the server answers as one that serves; rejects with what it wrote when it does not. */
  whenServing(): Promise<void>;
}

export interface ApacheZooKeeper {
  /** `127.0.0.1:port` of every server, separated by commas. */
  readonly connectString: string;
  readonly servers: readonly ApacheZooKeeperServer[];
  /** The index of the server that leads (0 for a single one). */
  leaderIndex(): Promise<number>;
  /** Kills every server and starts them on empty data. */
  wipe(): Promise<void>;
  /** Kills every server and removes all files. */
  close(): Promise<void>;
}

const POLL_MS = 50;
const ANSWER_TIMEOUT_MS = 500;
/** A port found free may be taken by somebody else before Java has bound it. */
const START_ATTEMPTS = 3;

interface Ports {
  client: number;
  peer: number;
  election: number;
}

/**
 * Starts Apache ZooKeeper and waits until it serves. Throws when Java or ZooKeeper is missing (see
 * `apacheZooKeeperMissing`), or with the server's own words when it does not come up.
 */
export async function startApacheZooKeeper(
  options: ApacheZooKeeperOptions,
  deps: { clock: Clock },
): Promise<ApacheZooKeeper> {
  const missing = apacheZooKeeperMissing();
  if (missing) throw new Error(missing);
  for (let attempt = 1; ; attempt++) {
    const ensemble = new Ensemble(options, deps.clock, await freePorts(options.servers ?? 1));
    try {
      await ensemble.start();
      return ensemble;
    } catch (error) {
      await ensemble.close();
      if (attempt === START_ATTEMPTS || !/BindException|in use/.test(String(error))) throw error;
    }
  }
}

class Ensemble implements ApacheZooKeeper {
  readonly connectString: string;
  readonly servers: readonly Server[];
  readonly #directory: string;

  constructor(options: ApacheZooKeeperOptions, clock: Clock, ports: readonly Ports[]) {
    this.#directory = mkdtempSync(join(tmpdir(), 'kuantu-zookeeper-'));
    this.connectString = ports.map(({ client }) => `127.0.0.1:${client}`).join(',');
    this.servers = ports.map((_, index) => {
      const directory = join(this.#directory, `server-${index + 1}`);
      return new Server(clock, options, directory, ports, index);
    });
  }

  async start(): Promise<void> {
    for (const server of this.servers) server.launch();
    await Promise.all(this.servers.map((server) => server.whenServing()));
  }

  async leaderIndex(): Promise<number> {
    if (this.servers.length === 1) return 0;
    const modes = await Promise.all(this.servers.map((server) => server.mode()));
    const index = modes.indexOf('leader');
    if (index < 0) throw new Error(`no server leads: ${modes.join(', ')}`);
    return index;
  }

  async wipe(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    for (const server of this.servers) server.clearData();
    await this.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

class Server implements ApacheZooKeeperServer {
  readonly port: number;
  readonly #clock: Clock;
  readonly #options: ApacheZooKeeperOptions;
  readonly #directory: string;
  readonly #ports: readonly Ports[];
  readonly #index: number;
  #process: ServerProcess | undefined;

  constructor(
    clock: Clock,
    options: ApacheZooKeeperOptions,
    directory: string,
    ports: readonly Ports[],
    index: number,
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#directory = directory;
    this.#ports = ports;
    this.#index = index;
    this.port = ports[index]?.client ?? 0;
    this.clearData();
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Empties the data directory, as a fresh server has it. */
  clearData(): void {
    const dataDirectory = join(this.#directory, 'data');
    rmSync(dataDirectory, { recursive: true, force: true });
    mkdirSync(dataDirectory, { recursive: true });
    writeFileSync(join(dataDirectory, 'myid'), `${this.#index + 1}\n`);
    writeFileSync(join(this.#directory, 'zoo.cfg'), this.#config(dataDirectory));
  }

  launch(): void {
    this.#process = new ServerProcess({
      program: javaProgram(),
      args: this.#javaArguments(),
      logFile: join(this.#directory, 'log'),
      directory: this.#directory,
      parentDirectory: dirname(this.#directory),
      endSignal: 'SIGKILL',
    });
  }

  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL');
    await this.#process?.exited;
  }

  stop(): void {
    this.#process?.signal('SIGSTOP');
  }

  cont(): void {
    this.#process?.signal('SIGCONT');
  }

  async restart(): Promise<void> {
    await this.kill();
    this.launch();
    await this.whenServing();
  }

  /** `standalone`, `leader` or `follower` while it serves; undefined while it does not. */
  async mode(): Promise<string | undefined> {
    const answer = await fourLetterWord(this.#clock, this.port, 'srvr', ANSWER_TIMEOUT_MS);
    return answer && /^Mode: (\w+)/m.exec(answer)?.[1];
  }

  async whenServing(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + (this.#options.startTimeoutMs ?? 30_000);
    while ((await this.mode()) === undefined) {
      const ended = this.#process?.isGone() ?? true;
      if (ended || this.#clock.monotonicMs() > deadlineMs) {
        const what = ended ? 'ended' : 'did not begin to serve in time';
        throw new Error(`Apache ZooKeeper on port ${this.port} ${what}: ${this.#process?.lastLog() ?? 'not started'}`);
      }
      await sleep(this.#clock, POLL_MS);
    }
  }

  #javaArguments(): string[] {
    return [
      '-Xmx128m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dzookeeper.4lw.commands.whitelist=*',
      '-Dzookeeper.admin.enableServer=false',
      `-Dzookeeper.forceSync=${this.#options.forceSync ? 'yes' : 'no'}`,
      '-cp',
      findClasspath() ?? '',
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      join(this.#directory, 'zoo.cfg'),
    ];
  }

  #config(dataDirectory: string): string {
    const lines = [
      `tickTime=${this.#options.tickMs ?? 200}`,
      `dataDir=${dataDirectory}`,
      `clientPort=${this.port}`,
      'clientPortAddress=127.0.0.1',
      'initLimit=50',
      'syncLimit=10',
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '4lw.commands.whitelist=*',
      'reconfigEnabled=false',
    ];
    if (this.#ports.length > 1) {
      this.#ports.forEach(({ peer, election }, index) => {
        lines.push(`server.${index + 1}=127.0.0.1:${peer}:${election}`);
      });
    }
    return `${lines.join('\n')}\n`;
  }
}

async function freePorts(servers: number): Promise<Ports[]> {
  const listeners = await Promise.all(Array.from({ length: servers * 3 }, listenAnywhere));
  const ports = listeners.map(({ port }) => port);
  await Promise.all(listeners.map(({ close }) => close()));
  return Array.from({ length: servers }, (_, index) => ({
    client: ports[index * 3] ?? 0,
    peer: ports[index * 3 + 1] ?? 0,
    election: ports[index * 3 + 2] ?? 0,
  }));
}

function listenAnywhere(): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({ port, close: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
