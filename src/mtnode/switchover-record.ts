import type { Clock } from '#core/clock';
import type { Log } from '#core/logging';
import { ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import {
  recordBytes,
  type StepName,
  type StepRecord,
  SWITCHOVER_STEPS,
  type SwitchoverRecord,
  switchoverData,
  type Takeover,
} from '#shared/domain';

/** The record of a switchover that the standby carries out by itself (driver `node`), step by step, for the consoles. */
export class SwitchoverLog {
  readonly #clock: Clock;
  readonly #zookeeper: ZooKeeperSession;
  readonly #path: string;
  readonly #log: Log;
  #record: SwitchoverRecord;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    deps: { clock: Clock; zookeeper: ZooKeeperSession; path: string; log: Log },
    start: Omit<SwitchoverRecord, 'version' | 'trigger' | 'token' | 'endedAtMs' | 'outcome' | 'steps'>,
  ) {
    this.#clock = deps.clock;
    this.#zookeeper = deps.zookeeper;
    this.#path = deps.path;
    this.#log = deps.log;
    const steps = SWITCHOVER_STEPS.map((name): StepRecord => {
      // No console's lock is involved, and there is no second party that could verify.
      const skipped = name === 'lock' || name === 'verify';
      return { name, result: skipped ? 'skipped' : 'pending', startedAtMs: null, tookMs: null, detail: null };
    });
    this.#record = { ...start, version: 1, trigger: 'node', token: null, endedAtMs: null, outcome: 'running', steps };
  }

  /** A step is done that took from `startedAtMs` to `endedAtMs`, wall time. */
  done(name: StepName, startedAtMs: number, endedAtMs: number): void {
    this.#set(name, 'ok', startedAtMs, endedAtMs);
  }

  /** A step did not come to its end; the steps after it stay pending. */
  failed(name: StepName, startedAtMs: number, endedAtMs: number): void {
    this.#set(name, 'failed', startedAtMs, endedAtMs);
  }

  #set(name: StepName, result: 'ok' | 'failed', startedAtMs: number, endedAtMs: number): void {
    const tookMs = Math.max(0, endedAtMs - startedAtMs);
    const step: StepRecord = { name, result, startedAtMs, tookMs, detail: null };
    this.#record = { ...this.#record, steps: this.#record.steps.map((each) => (each.name === name ? step : each)) };
  }

  /** What became of the data; null: the instance keeps none, or did not come so far. */
  data(takeover: Takeover | null): void {
    if (takeover === null) return;
    this.#record = { ...this.#record, data: switchoverData(takeover, null) };
  }

  /** The switchover ended; resolves when that was tried to be written. */
  end(outcome: 'done' | 'failed'): Promise<void> {
    this.#record = { ...this.#record, outcome, endedAtMs: this.#clock.wallMs() };
    return this.write();
  }

  /** Writes the record as it is now. What stands in ZooKeeper serves the screens alone, so a failure only is logged. */
  write(): Promise<void> {
    const data = Buffer.from(recordBytes(this.#record));
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#put(data);
      } catch (error) {
        this.#log.warn('the switchover could not be recorded', { error });
      }
    });
    return this.#writing;
  }

  /** Resolves when what was to be written so far was tried. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /** It is there from the first switchover on: one call, while the outage lasts. */
  async #put(data: Buffer): Promise<void> {
    try {
      await this.#zookeeper.set(this.#path, data);
    } catch (error) {
      if (!(error instanceof ZooKeeperError) || error.code !== 'NO_NODE') throw error;
      await this.#zookeeper.ensurePath(this.#path);
      await this.#zookeeper.set(this.#path, data);
    }
  }
}
