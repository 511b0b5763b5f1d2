import { tmpdir } from 'node:os';
import { type Clock, sleep } from '#core/clock';
import { readProcessIdentity } from '#core/process';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { createT2Connector } from '#main/nodes';
import type { PracticeFault, PracticeView } from '#shared/contract';
import { type Environment, environmentSchema, FUNCTIONS, type Message, message, pairKey } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import { makeChroot, removeChroot, sweepLeftOvers } from './clean-up.ts';
import { makeDirectory, removeDirectory } from './directory.ts';
import { PracticeInstance } from './instance.ts';
import { launchReaper } from './launch-reaper.ts';
import {
  type LaunchedProcess,
  PRACTICE_SESSION_TIMEOUT_MS,
  PRACTICE_TICK_MS,
  type Practice,
  type PracticeDeps,
  PracticeError,
  type PracticeOptions,
} from './port.ts';

const SYSTEM = 'practice';
const NODE = 'mt-practice';
const PAIR_ID = 'mt-practice';
const INSTANCES = ['A', 'B'] as const;
/** The console's own session (F10, O3), known to the nodes from their start. */
const CONSOLE_SESSION = 'practice-console';
const PRIMARY_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** The practice environment, not started yet. */
export function createPractice(deps: PracticeDeps, options: PracticeOptions = {}): Practice {
  return new PracticeEnvironment(deps, options);
}

class PracticeEnvironment implements Practice {
  readonly #deps: PracticeDeps;
  readonly #options: PracticeOptions;
  readonly #listeners = new Set<() => void>();
  #state: PracticeView['state'] = 'off';
  #problem: Message | null = null;
  #directory: string | undefined;
  #reaper: LaunchedProcess | undefined;
  #sweep: Promise<void> = Promise.resolve();
  #zookeeper: ZooKeeperServer | undefined;
  #chrootMade = false;
  #instances: PracticeInstance[] = [];
  #environment: Environment | null = null;
  /** Starting, stopping and faults happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(deps: PracticeDeps, options: PracticeOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  view(): PracticeView {
    const id = this.#environment?.id ?? null;
    return {
      state: this.#state,
      environmentId: id,
      pairKey: id === null ? null : pairKey(id, PAIR_ID),
      zookeeper: this.#environment?.zookeeper.connectString ?? null,
      instances: this.#instances.map((instance) => instance.view()),
      problem: this.#problem,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  environment(): Environment | null {
    return this.#environment;
  }

  start(): Promise<Environment> {
    return this.#inTurn(async () => {
      if (this.#environment) return this.#environment;
      this.#problem = null;
      this.#set('starting');
      try {
        this.#environment = await this.#startEverything();
      } catch (error) {
        await this.#endEverything();
        this.#problem = problemOf(error);
        this.#set('failed');
        throw error instanceof PracticeError ? error : new PracticeError(null, this.#problem, { cause: error });
      }
      this.#set('on');
      return this.#environment;
    });
  }

  fault(name: string, fault: PracticeFault): Promise<void> {
    return this.#inTurn(async () => {
      const instance = this.#instances.find((candidate) => candidate.name === name);
      if (!instance) throw new PracticeError(name, message('practice.noSuchInstance', { instance: name }));
      this.#problem = null;
      await instance.fault(fault);
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'off') return;
      this.#set('stopping');
      await this.#endEverything();
      this.#problem = null;
      this.#set('off');
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    // Its failure is its caller's; the next in turn begins all the same.
    this.#queue = done.catch(() => {});
    return done;
  }

  async #startEverything(): Promise<Environment> {
    const { clock, launcher, reaperEntry } = this.#deps;
    const base = this.#options.baseDirectory ?? tmpdir();
    // Left-overs can name a ZooKeeper that is long gone: nobody waits for them.
    this.#sweep = this.#sweepLeftOvers(base);
    const directory = await this.#makeDirectory(base);
    if (reaperEntry !== null) this.#reaper = await launchReaper(launcher, reaperEntry, base, directory);
    const { connectString, chroot } = await this.#provideZooKeeper();
    this.#instances = INSTANCES.map((name) => this.#instance(name, directory, connectString, chroot));
    // The first to start becomes primary (F4): the second waits until the first is.
    for (const [index, instance] of this.#instances.entries()) {
      await instance.start();
      if (index === 0) await untilPrimary(instance, clock);
    }
    return this.#describe(connectString, chroot);
  }

  async #sweepLeftOvers(base: string): Promise<void> {
    try {
      for (const problem of await sweepLeftOvers(base, this.#deps)) this.#warnLeftOver(problem);
    } catch (error) {
      this.#warnLeftOver(String(error));
    }
  }

  #warnLeftOver(problem: string): void {
    this.#deps.log.warn('what an earlier practice environment left was not removed', { problem });
  }

  async #makeDirectory(base: string): Promise<string> {
    const { chroot, removeChrootAt } = this.#options.zookeeper ?? {};
    const foreignChroot = chroot && removeChrootAt ? { connectString: removeChrootAt, chroot } : null;
    const owner = await readProcessIdentity(process.pid);
    this.#directory = await makeDirectory(base, { version: 1, owner, foreignChroot });
    return this.#directory;
  }

  async #provideZooKeeper(): Promise<{ connectString: string; chroot: string }> {
    const foreign = this.#options.zookeeper;
    if (foreign) {
      const chroot = foreign.chroot ?? '';
      if (chroot) await makeChroot(foreign.connectString, chroot, this.#deps);
      this.#chrootMade = true;
      return { connectString: foreign.connectString, chroot };
    }
    this.#zookeeper = await startZooKeeperServer(
      // Any session time-out that an environment may have is granted.
      { tickMs: PRACTICE_TICK_MS, maxSessionTimeoutMs: 120_000 },
      { clock: this.#deps.clock, random: this.#deps.random },
    );
    return { connectString: this.#zookeeper.address, chroot: '' };
  }

  #instance(name: string, directory: string, connectString: string, chroot: string): PracticeInstance {
    const { launcher, clock, log, nodeEntry } = this.#deps;
    const args = [
      ...['--system', SYSTEM, '--node', NODE, '--host', '127.0.0.1', '--practice', '--log-level', 'warn'],
      ...['--zookeeper', connectString, ...(chroot ? ['--chroot', chroot] : [])],
      ...['--session-timeout', String(this.#options.sessionTimeoutMs ?? PRACTICE_SESSION_TIMEOUT_MS)],
      ...['--driver', this.#options.driver ?? 'console', '--session', CONSOLE_SESSION],
      ...(launcher.tethersByStdin ? ['--die-with-parent'] : []),
    ];
    return new PracticeInstance(
      { name, directory, nodeEntry, args },
      {
        clock,
        launcher,
        log: (line, fields) => log.debug(line, fields),
        changed: (unexpected) => {
          if (unexpected) this.#problem = message('practice.instanceEnded', { instance: name });
          this.#tell();
        },
      },
    );
  }

  #describe(connectString: string, chroot: string): Environment {
    const options = this.#options;
    return environmentSchema.parse({
      id: options.environmentId ?? 'practice',
      name: options.environmentName ?? 'Practice',
      kind: 'practice',
      zookeeper: {
        connectString,
        chroot,
        sessionTimeoutMs: options.sessionTimeoutMs ?? PRACTICE_SESSION_TIMEOUT_MS,
      },
      pairs: [
        {
          id: PAIR_ID,
          system: SYSTEM,
          node: NODE,
          instances: this.#instances.map(({ name, ports }) => ({
            name,
            host: '127.0.0.1',
            ...ports,
            credential: { system: 'O3', sessionId: CONSOLE_SESSION },
            hostCheck: 'local',
          })),
          driver: options.driver ?? 'console',
          policy: options.policy ?? 'auto',
          ...(options.beatIntervalMs === undefined ? {} : { beatIntervalMs: options.beatIntervalMs }),
        },
      ],
    });
  }

  async #endEverything(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.end()));
    this.#instances = [];
    this.#environment = null;
    await this.#zookeeper?.close();
    this.#zookeeper = undefined;
    await this.#removeForeignChroot();
    if (this.#directory !== undefined) await removeDirectory(this.#directory);
    this.#directory = undefined;
    await this.#sweep;
    // With the directory gone the reaper has nothing left to do and ends.
    this.#reaper?.release();
    await this.#reaper?.exited;
    this.#reaper = undefined;
  }

  async #removeForeignChroot(): Promise<void> {
    const { chroot, removeChrootAt } = this.#options.zookeeper ?? {};
    if (!this.#chrootMade || !chroot || !removeChrootAt) return;
    this.#chrootMade = false;
    try {
      await removeChroot(removeChrootAt, chroot, this.#deps);
    } catch (error) {
      this.#deps.log.warn('the chroot could not be removed', { chroot, problem: String(error) });
    }
  }

  #set(state: PracticeView['state']): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Resolves once the instance says that it is primary and serves. */
async function untilPrimary(instance: PracticeInstance, clock: Clock): Promise<void> {
  const connector = createT2Connector({ clock })({ host: '127.0.0.1', ...instance.ports });
  const deadlineMs = clock.monotonicMs() + PRIMARY_TIMEOUT_MS;
  let note = '';
  try {
    while (clock.monotonicMs() < deadlineMs) {
      const { reply } = await connector.call(FUNCTIONS.systemInfo, {}, POLL_MS * 50);
      const info = systemInfoReplySchema.safeParse(reply).data;
      if (info?.role === 'primary' && info.status === 1) return;
      note = info?.note ?? note;
      await sleep(clock, POLL_MS);
    }
  } finally {
    connector.close();
  }
  throw new PracticeError(
    instance.name,
    message('practice.noPrimary', { instance: instance.name, seconds: PRIMARY_TIMEOUT_MS / 1000, note }),
  );
}

function problemOf(error: unknown): Message {
  if (error instanceof PracticeError) return error.detail;
  return message('practice.notStarted', { reason: error instanceof Error ? error.message : String(error) });
}
