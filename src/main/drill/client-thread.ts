import { Worker } from 'node:worker_threads';
import { type Clock, withDeadline } from '#core/clock';
import type { NodeTarget } from '#main/nodes';
import type { ClientBeat } from './beats.ts';
import type { ProbeResult } from './zombie-probe.ts';

/** What the reference client is started with; plain data, since it crosses to another thread. */
export interface ClientSetting {
  connectString: string;
  chroot: string;
  sessionTimeoutMs: number;
  pathTemplate: string;
  system: string;
  node: string;
}

export type ClientRequest =
  | { id: number; kind: 'take' }
  | { id: number; kind: 'probe'; run: string; instance: string; target: NodeTarget; durationMs: number }
  | { id: number; kind: 'write'; run: string; ratePerSecond: number }
  | { id: number; kind: 'end-writing' }
  | { id: number; kind: 'read-back'; run: string; length: number; timeoutMs: number }
  | { id: number; kind: 'stop' };

/** A run's writes once the last has ended, one byte each: how it ended. */
export interface WritesEnded {
  outcomes: Uint8Array;
  /** Acknowledgements of an instance that had been replaced. */
  staleAcks: number;
}

export type ClientAnswer = { id: number; result: unknown } | { id: number; problem: string };

const STOP_TIMEOUT_MS = 3_000;

/** The reference client, as the drill sees it from its own thread. */
export class ClientThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #ended: Error | undefined;

  constructor(setting: ClientSetting, clock: Clock) {
    this.#clock = clock;
    this.#worker = new Worker(new URL('./client-worker.ts', import.meta.url), { workerData: setting });
    this.#worker.on('message', (answer: ClientAnswer) => this.#take(answer));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error('the reference client has ended')));
  }

  /** The beats that have ended since the last call. Rejects where the client itself failed. */
  async take(): Promise<ClientBeat[]> {
    return (await this.#ask({ id: this.#nextId++, kind: 'take' })) as ClientBeat[];
  }

  /** Beats an old primary directly for `durationMs`, and writes to it, with this client's session there. */
  async probe(run: string, instance: string, target: NodeTarget, durationMs: number): Promise<ProbeResult> {
    const request = { id: this.#nextId++, kind: 'probe', run, instance, target, durationMs } as const;
    return (await this.#ask(request)) as ProbeResult;
  }

  /** Writes from now on, under keys that begin with `run`. */
  async write(run: string, ratePerSecond: number): Promise<void> {
    await this.#ask({ id: this.#nextId++, kind: 'write', run, ratePerSecond });
  }

  /** Writes nothing more, and resolves once every write has ended. */
  async endWriting(): Promise<WritesEnded> {
    return (await this.#ask({ id: this.#nextId++, kind: 'end-writing' })) as WritesEnded;
  }

  /** How many orders there are of each of a run's writes at whoever serves. Rejects where nobody says for `timeoutMs`. */
  async readBack(run: string, length: number, timeoutMs: number): Promise<Uint8Array> {
    return (await this.#ask({ id: this.#nextId++, kind: 'read-back', run, length, timeoutMs })) as Uint8Array;
  }

  /** Closes its connections and its session, and ends the thread. */
  async stop(): Promise<void> {
    try {
      await withDeadline(this.#clock, STOP_TIMEOUT_MS, 'the client', this.#ask({ id: this.#nextId++, kind: 'stop' }));
    } catch {
      // It has ended, or hangs: either way it is ended now.
    }
    await this.#worker.terminate();
  }

  #ask(request: ClientRequest): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #take(answer: ClientAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('problem' in answer) waiting?.reject(new Error(answer.problem));
    else waiting?.resolve(answer.result);
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
