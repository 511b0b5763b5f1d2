import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseConfig } from '#core/local-database';
import { readProcessIdentity } from '#core/process';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import type { PracticeFault, PracticeView } from '#shared/contract';
import { type Environment, type Message, message, pairKey } from '#shared/domain';
import { makeChroot, removeChroot, sweepLeftOvers } from './clean-up.ts';
import { dataArguments, databaseOf, type PracticeDataOptions, writeTodbFile } from './data.ts';
import { makeDirectory, removeDirectory } from './directory.ts';
import { PracticeInstance } from './instance.ts';
import { launchReaper } from './launch-reaper.ts';
import { PracticeMount } from './mount.ts';
import { CONSOLE_SESSION, describePair, FOLDERS, pairNames, sessionTimeoutOf, untilPrimary } from './pair.ts';
import {
  type LaunchedProcess,
  PRACTICE_TICK_MS,
  type PracticeDeps,
  PracticeError,
  type PracticeOptions,
  type PracticeRig,
  type PracticeTwin,
} from './port.ts';
import { practiceServer } from './server.ts';

/** The practice environment, not started yet. */
export function createPractice(deps: PracticeDeps, options: PracticeOptions = {}): PracticeRig {
  return new PracticeEnvironment(deps, options);
}

class PracticeEnvironment implements PracticeRig {
  readonly #deps: PracticeDeps;
  readonly #options: PracticeOptions;
  readonly #listeners = new Set<() => void>();
  #twin: PracticeTwin | null = null;
  #database: DatabaseConfig | null = null;
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
      pairKey: id === null ? null : pairKey(id, pairNames(this.#twin).pairId),
      twinOf: id === null ? null : (this.#twin?.of ?? null),
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

  start(twin?: PracticeTwin): Promise<Environment> {
    return this.#inTurn(async () => {
      if (this.#environment) return this.#environment;
      this.#twin = twin ?? null;
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
      const instance = this.#named(name);
      this.#problem = null;
      await instance.fault(fault);
    });
  }

  database(): DatabaseConfig | null {
    return this.#database;
  }

  loseHost(name: string): Promise<void> {
    return this.#inTurn(() => this.#named(name).loseHost());
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

  #named(name: string): PracticeInstance {
    const instance = this.#instances.find((candidate) => candidate.name === name);
    if (!instance) throw new PracticeError(name, message('practice.noSuchInstance', { instance: name }));
    return instance;
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
    this.#database = databaseOf(this.#options.data ?? {}, directory);
    const where = { connectString, chroot };
    this.#instances = await Promise.all(([0, 1] as const).map((index) => this.#instance(index, directory, where)));
    // The first to start becomes primary (F4): the second waits until the first is.
    for (const [index, instance] of this.#instances.entries()) {
      await instance.start();
      if (index === 0) await untilPrimary(instance, clock);
    }
    return describePair(this.#options, this.#instances, where, this.#twin);
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

  async #instance(
    index: 0 | 1,
    directory: string,
    { connectString, chroot }: { connectString: string; chroot: string },
  ): Promise<PracticeInstance> {
    const { launcher, clock, log, nodeEntry } = this.#deps;
    const { system, node, instances } = pairNames(this.#twin);
    const [name, folder, peer] = [instances[index], FOLDERS[index], FOLDERS[index === 0 ? 1 : 0]];
    const mount = new PracticeMount(join(directory, 'mounts', folder), join(directory, peer, 'share'));
    await mount.mount();
    const todb = this.#database && (await writeTodbFile(directory, node, folder, this.#database));
    const args = [
      // A name may begin with a hyphen.
      ...[`--system=${system}`, `--node=${node}`, '--host', '127.0.0.1', '--practice', '--log-level', 'warn'],
      ...(this.#twin ? ['--path-template', this.#twin.pathTemplate] : []),
      ...['--zookeeper', connectString, ...(chroot ? ['--chroot', chroot] : [])],
      ...['--session-timeout', String(sessionTimeoutOf(this.#options, this.#twin))],
      ...['--driver', this.#twin?.pair.driver ?? this.#options.driver ?? 'console', '--session', CONSOLE_SESSION],
      ...dataArguments(this.#dataOptions(), mount.directory, todb),
      ...(launcher.tethersByStdin ? ['--die-with-parent'] : []),
    ];
    return new PracticeInstance(
      {
        name,
        folder,
        directory,
        nodeEntry,
        args,
        mount,
        server: practiceServer(join(directory, folder), mount, todb),
        before: this.#options.before?.(name),
      },
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

  /** A node that promotes itself keeps to the policy's loss as a console does. */
  #dataOptions(): PracticeDataOptions {
    const { data = {} } = this.#options;
    return this.#twin ? { ...data, maxLossRecords: this.#twin.policy.maxLossRecords } : data;
  }

  async #endEverything(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.end()));
    this.#instances = [];
    this.#environment = null;
    this.#database = null;
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

function problemOf(error: unknown): Message {
  if (error instanceof PracticeError) return error.detail;
  return message('practice.notStarted', { reason: error instanceof Error ? error.message : String(error) });
}
