import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, DeadlineError, withDeadline } from '#core/clock';
import { readProcessIdentity } from '#core/process';
import type { PracticeFault, PracticeInstanceView } from '#shared/contract';
import { message, type ServerConfig } from '#shared/domain';
import { recordProcess } from './directory.ts';
import type { PracticeMount } from './mount.ts';
import {
  type InstancePorts,
  type LaunchedProcess,
  type PortsBefore,
  PracticeError,
  type ProcessLauncher,
} from './port.ts';

const START_TIMEOUT_MS = 15_000;
/** An orderly stop closes connections and the ZooKeeper session; what takes longer is ended. */
const STOP_TIMEOUT_MS = 5_000;
const KEPT_LINES = 20;

const readySchema = z.object({
  ready: z.literal('listening'),
  t2Port: z.number().int().min(1).max(65535),
  f2Port: z.number().int().min(1).max(65535),
});

export interface InstanceSetting {
  name: string;
  /** The practice environment's directory, and the instance's own folder in it. */
  directory: string;
  folder: string;
  nodeEntry: string;
  /** What every start gets, ports and folder apart. */
  args: readonly string[];
  /** Where it has the other instance's share mounted. */
  mount: PracticeMount;
  /** What the checks are told of where it runs. */
  server: ServerConfig;
  /** What stands before its own ports, where anything does. */
  before?: PortsBefore | undefined;
}

export interface InstanceDeps {
  clock: Clock;
  launcher: ProcessLauncher;
  /** The state changed. `unexpected`: it ended though nobody asked for it. */
  changed: (unexpected: boolean) => void;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** One node process: started, broken, brought back on the same ports and data. */
export class PracticeInstance {
  readonly name: string;
  readonly #setting: InstanceSetting;
  readonly #deps: InstanceDeps;
  #state: PracticeInstanceView['state'] = 'stopped';
  #process: LaunchedProcess | undefined;
  #ports: InstancePorts = { t2Port: 0, f2Port: 0 };
  #ending = false;
  #lines: string[] = [];

  constructor(setting: InstanceSetting, deps: InstanceDeps) {
    this.name = setting.name;
    this.#setting = setting;
    this.#deps = deps;
  }

  /** Where others reach it. */
  get ports(): InstancePorts {
    return this.#setting.before?.ports ?? this.#ports;
  }

  get server(): ServerConfig {
    return this.#setting.server;
  }

  view(): PracticeInstanceView {
    return { name: this.name, pid: this.#process?.pid ?? null, state: this.#state, faults: this.#faults() };
  }

  /** Starts the process and resolves once it listens. Throws {@link PracticeError} with what it wrote last. */
  async start(): Promise<void> {
    this.#ending = false;
    this.#lines = [];
    this.#set('starting');
    const folder = this.#folder;
    await mkdir(folder, { recursive: true });
    let listening = (_ports: { t2Port: number; f2Port: number }) => {};
    const ready = new Promise<{ t2Port: number; f2Port: number }>((resolve) => {
      listening = resolve;
    });
    const launched = await this.#deps.launcher.launch({
      entry: this.#setting.nodeEntry,
      args: [
        ...this.#setting.args,
        `--instance=${this.name}`,
        ...['--data-dir', folder],
        ...['--t2-port', String(this.#ports.t2Port), '--f2-port', String(this.#ports.f2Port)],
        ...advertised(this.#setting.before),
      ],
      directory: folder,
      onLine: (line, stream) => this.#read(line, stream, listening),
    });
    this.#process = launched;
    const ended = launched.exited.then(() => this.#ended(launched));
    try {
      await recordProcess(this.#setting.directory, this.#setting.folder, await readProcessIdentity(launched.pid));
      const early = ended.then(() => Promise.reject(new Error('it ended')));
      this.#ports = await withDeadline(this.#deps.clock, START_TIMEOUT_MS, this.name, Promise.race([ready, early]));
      this.#setting.before?.leadTo(this.#ports);
    } catch (error) {
      await this.end();
      const reason = error instanceof DeadlineError ? error.message : this.#lines.join(' ') || String(error);
      throw new PracticeError(this.name, message('practice.instanceNotStarted', { instance: this.name, reason }), {
        cause: error,
      });
    }
    this.#set('running');
  }

  /** Brings the fault about. Throws {@link PracticeError} where it makes no sense now. */
  async fault(fault: PracticeFault): Promise<void> {
    if (!this.#faults().includes(fault))
      throw new PracticeError(
        this.name,
        message('practice.faultNotNow', { instance: this.name, fault, state: this.#state }),
      );
    if (fault === 'kill') return this.end();
    if (fault === 'stop') return this.#stop();
    if (fault === 'unmount' || fault === 'remount') return this.#mountOrNot(fault === 'remount');
    if (fault === 'restart') {
      // A hung process hears no SIGTERM.
      await (this.#state === 'running' ? this.#stop() : this.end());
      return this.start();
    }
    this.#process?.signal(fault === 'hang' ? 'SIGSTOP' : 'SIGCONT');
    this.#set(fault === 'hang' ? 'hung' : 'running');
  }

  /** Ends the process at once, hung or not, and resolves when it is gone. */
  async end(): Promise<void> {
    this.#ending = true;
    const ending = this.#process;
    ending?.signal('SIGKILL');
    await ending?.exited;
  }

  /** The machine is gone: the process killed, its data with it. A later start finds an empty directory. */
  async loseHost(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  get #folder(): string {
    return join(this.#setting.directory, this.#setting.folder);
  }

  async #mountOrNot(mounted: boolean): Promise<void> {
    const { mount } = this.#setting;
    await (mounted ? mount.mount() : mount.unmount());
    this.#deps.changed(false);
  }

  async #stop(): Promise<void> {
    this.#ending = true;
    const stopping = this.#process;
    if (!stopping) return;
    stopping.signal('SIGTERM');
    try {
      await withDeadline(this.#deps.clock, STOP_TIMEOUT_MS, this.name, stopping.exited);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      this.#deps.log('an instance did not stop in time and is killed', { instance: this.name });
      await this.end();
    }
  }

  #faults(): PracticeFault[] {
    const mounting = this.#setting.mount.mounted ? 'unmount' : 'remount';
    if (this.#state === 'running') {
      const breaks = this.#deps.launcher.canHang ? (['kill', 'hang'] as const) : (['kill'] as const);
      return [...breaks, 'stop', 'restart', mounting];
    }
    if (this.#state === 'hung') return ['resume', 'kill', 'restart', mounting];
    return this.#state === 'stopped' ? ['restart', mounting] : ['kill'];
  }

  #read(line: string, stream: 'out' | 'error', listening: (ports: { t2Port: number; f2Port: number }) => void): void {
    const ready = stream === 'out' ? readySchema.safeParse(parseJson(line)).data : undefined;
    if (ready) {
      listening({ t2Port: ready.t2Port, f2Port: ready.f2Port });
      return;
    }
    this.#lines = [...this.#lines, line.slice(0, 500)].slice(-KEPT_LINES);
    this.#deps.log(line.slice(0, 500), { instance: this.name });
  }

  #ended(which: LaunchedProcess): void {
    if (this.#process !== which) return;
    this.#process = undefined;
    this.#set('stopped', !this.#ending);
  }

  #set(state: PracticeInstanceView['state'], unexpected = false): void {
    this.#state = state;
    this.#deps.changed(unexpected);
  }
}

function advertised(before: PortsBefore | undefined): string[] {
  if (!before) return [];
  const { t2Port, f2Port } = before.ports;
  return ['--advertise-t2-port', String(t2Port), '--advertise-f2-port', String(f2Port)];
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
