import { Worker } from 'node:worker_threads';
import { workerFile } from '#core/worker-file';
import { databaseName, type SqliteConfig } from './config.ts';
import {
  DatabaseError,
  type DatabaseErrorCode,
  type DatabaseRow,
  type EpochStart,
  type LocalDatabase,
  type WriterPosition,
} from './port.ts';
import { countInPieces } from './read-back.ts';
import { type Limits, SerialCalls } from './serial-calls.ts';

/** What the thread is started with. */
export interface SqliteSetting {
  file: string;
  busyTimeoutMs: number;
}

type Call =
  | { kind: 'claim'; node: string; history: readonly EpochStart[] }
  | { kind: 'write'; node: string; epoch: number; rows: readonly DatabaseRow[]; throughLsn: number }
  | { kind: 'baseData' }
  | { kind: 'countByKey'; node: string; keys: readonly string[] }
  | { kind: 'close' };
export type SqliteRequest = Call & { id: number };
export type SqliteAnswer =
  | { id: number; result: unknown }
  | { id: number; problem: { code: DatabaseErrorCode; detail: string } };

/** A SQLite file, in a thread of its own: however long it is locked or slow, the caller's thread goes on. */
export class SqliteDatabase implements LocalDatabase {
  readonly name: string;
  readonly #setting: SqliteSetting;
  readonly #calls: SerialCalls;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #worker: Worker | undefined;
  #nextId = 1;
  #closed = false;

  constructor(config: SqliteConfig, limits: Limits) {
    this.name = databaseName(config);
    this.#setting = { file: config.file, busyTimeoutMs: limits.lockTimeoutMs };
    this.#calls = new SerialCalls(this.name, limits);
    // A thread takes its time to start, and the first call may be one of a promotion.
    this.#worker = this.#startWorker();
  }

  async claim(node: string, history: readonly EpochStart[]): Promise<WriterPosition & { orphans: number }> {
    return (await this.#call({ kind: 'claim', node, history })) as WriterPosition & { orphans: number };
  }

  async write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): Promise<void> {
    await this.#call({ kind: 'write', node, epoch, rows, throughLsn });
  }

  async baseData(): Promise<Record<string, string>> {
    return (await this.#call({ kind: 'baseData' })) as Record<string, string>;
  }

  countByKey(node: string, keys: readonly string[]): Promise<Map<string, number>> {
    return countInPieces(
      keys,
      async (piece) => (await this.#call({ kind: 'countByKey', node, keys: piece })) as [string, number][],
    );
  }

  /** Closes the file and ends the thread; one that is stuck is left behind, and ends when its call comes back. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker) {
      try {
        await this.#call({ kind: 'close' });
      } catch {
        // The thread does not answer: the file is closed when it ends.
      }
    }
    this.#closed = true;
    void worker?.terminate();
  }

  #call(call: Call): Promise<unknown> {
    return this.#calls.run(() => this.#post(call));
  }

  #post(call: Call): Promise<unknown> {
    if (this.#closed) return Promise.reject(new DatabaseError('REFUSED', this.name, 'is closed'));
    this.#worker ??= this.#startWorker();
    const worker = this.#worker;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...call, id } satisfies SqliteRequest);
    });
  }

  #startWorker(): Worker {
    const worker = new Worker(workerFile('sqlite-worker', import.meta.url), { workerData: this.#setting });
    worker.unref();
    worker.on('message', (answer: SqliteAnswer) => this.#take(answer));
    worker.on('error', (error) => this.#ended(worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#ended(worker, 'its thread has ended'));
    return worker;
  }

  #take(answer: SqliteAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new DatabaseError(answer.problem.code, this.name, answer.problem.detail));
  }

  /** The next call starts another thread. */
  #ended(worker: Worker, detail: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new DatabaseError('UNREACHABLE', this.name, detail));
    this.#waiting.clear();
  }
}
