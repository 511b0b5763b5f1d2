import { ZooKeeperError } from '#core/zookeeper';
import {
  recordText,
  type StepName,
  type StepRecord,
  SWITCHOVER_STEPS,
  type SwitchoverRecord,
  switchoverData,
  type Takeover,
} from '#shared/domain';
import { endRecord, type RecordPlace } from './switchover-end.ts';

/** The record of a switchover that the standby carries out by itself (driver `node`), step by step, for the consoles. */
export class SwitchoverLog {
  readonly #place: RecordPlace;
  #record: SwitchoverRecord;
  #writing: Promise<boolean> = Promise.resolve(true);

  constructor(
    place: RecordPlace,
    start: Omit<SwitchoverRecord, 'version' | 'trigger' | 'token' | 'endedAtMs' | 'outcome' | 'steps'>,
  ) {
    this.#place = place;
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

  /** The switchover ended. Resolves when that was tried to be written; it is tried further where that failed. */
  async end(outcome: 'done' | 'failed'): Promise<void> {
    const ended: SwitchoverRecord = { ...this.#record, outcome, endedAtMs: this.#place.clock.wallMs() };
    this.#record = ended;
    if (await this.write()) return;
    void endRecord(this.#place, (found) => {
      const isOlder = (found?.epochAfter ?? 0) < (ended.epochAfter ?? 0);
      return isOlder || (found?.operationId === ended.operationId && found.outcome === 'running') ? ended : undefined;
    });
  }

  /** Writes the record as it is now; false: that failed. What stands in ZooKeeper serves the screens alone. */
  write(): Promise<boolean> {
    const data = Buffer.from(recordText(this.#record));
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#put(data);
        return true;
      } catch (error) {
        this.#place.log.warn('the switchover could not be recorded', { error });
        return false;
      }
    });
    return this.#writing;
  }

  /** Resolves when what was to be written so far was tried. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** It is there from the first switchover on: one call, while the outage lasts. */
  async #put(data: Buffer): Promise<void> {
    const { zookeeper, path } = this.#place;
    try {
      await zookeeper.set(path, data);
    } catch (error) {
      if (!(error instanceof ZooKeeperError) || error.code !== 'NO_NODE') throw error;
      await zookeeper.ensurePath(path);
      await zookeeper.set(path, data);
    }
  }
}
