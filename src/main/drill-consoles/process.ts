import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type Clock, DeadlineError, withDeadline } from '#core/clock';
import type { PairMonitorOptions, PromoteRequest } from '#main/pairs';
import type { PairView, Preflight } from '#shared/contract';
import { type StepName, stepNameSchema } from '#shared/domain';
import type { ConsoleListeners, ConsoleRequest, ConsoleSaid, LastWords, ProcessConsole } from './port.ts';

const START_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 5_000;

const lastWordsSchema = z.object({ step: stepNameSchema, underWayMs: z.number(), atMs: z.number() });

type Asked = ConsoleRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/** Starts a console as a process of its own, and resolves once it watches. It ends with this process, however that ends. */
export async function startProcessConsole(
  entry: string,
  options: PairMonitorOptions,
  { clock }: { clock: Clock },
  listeners: ConsoleListeners,
): Promise<ProcessConsole> {
  const started = new ConsoleProcess(entry, options.consoleName, clock, listeners);
  try {
    await withDeadline(clock, START_TIMEOUT_MS, options.consoleName, started.ask({ kind: 'start', options }));
  } catch (error) {
    await started.close();
    throw error;
  }
  return started;
}

class ConsoleProcess implements ProcessConsole {
  readonly name: string;
  readonly gone: Promise<LastWords | null>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #listeners: ConsoleListeners;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #ended = false;

  constructor(entry: string, name: string, clock: Clock, listeners: ConsoleListeners) {
    this.name = name;
    this.#clock = clock;
    this.#listeners = listeners;
    this.#child = fork(entry, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child.on('message', (said) => this.#take(said as ConsoleSaid));
    this.gone = this.#untilGone();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async view(): Promise<PairView> {
    return (await this.ask({ kind: 'view' })) as PairView;
  }

  async preflight(to: string): Promise<Preflight> {
    return (await this.ask({ kind: 'preflight', to })) as Preflight;
  }

  async promote(request: PromoteRequest): Promise<void> {
    await this.ask({ kind: 'promote', request });
  }

  async killAt(step: StepName, delayMs: number): Promise<void> {
    await this.ask({ kind: 'kill-at', step, delayMs });
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    // It answers by ending.
    this.ask({ kind: 'close' }).catch(() => {});
    try {
      await withDeadline(this.#clock, CLOSE_TIMEOUT_MS, this.name, this.gone);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      this.#child.kill('SIGKILL');
      await this.gone;
    }
  }

  ask(request: Asked): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#hasEnded());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // What cannot be sent any more is answered by the process's end.
      this.#child.send({ ...request, id }, () => {});
    });
  }

  #take(said: ConsoleSaid): void {
    if (said.kind === 'notice') this.#listeners.notice(said.seen);
    else if (said.kind === 'event') this.#listeners.event(said.event);
    else this.#settle(said);
  }

  #settle(said: Extract<ConsoleSaid, { kind: 'answer' | 'problem' }>): void {
    const waiting = this.#waiting.get(said.id);
    this.#waiting.delete(said.id);
    if (said.kind === 'answer') waiting?.resolve(said.result);
    else waiting?.reject(new Error(said.problem));
  }

  #untilGone(): Promise<LastWords | null> {
    return new Promise((resolve) => {
      let words: LastWords | null = null;
      if (this.#child.stdout)
        createInterface({ input: this.#child.stdout }).on('line', (line) => {
          words = lastWordsSchema.safeParse(parseJson(line)).data ?? words;
        });
      // Not before what it wrote has been read.
      this.#child.once('close', () => {
        this.#end();
        resolve(words);
      });
      this.#child.on('error', () => {
        this.#end();
        if (this.#child.pid === undefined) resolve(null);
      });
    });
  }

  #end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(this.#hasEnded());
    this.#waiting.clear();
  }

  #hasEnded(): Error {
    return new Error(`the console ${this.name} has ended`);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
