import { sleep } from '#core/clock';
import { ZooKeeperError } from '#core/zookeeper';
import { recordBytes, type SwitchoverRecord } from '#shared/domain';
import type { ConsoleLock } from './lock.ts';
import type { CoordinationDeps } from './port.ts';

/** Between two writes: every one of them is read by whoever watches, while the switchover needs the same processor. */
const PAUSE_MS = 10;

/**
 * Writes the switchover record in the background, one write after the other, the latest winning: the procedure never
 * waits for it unless it wants to. Each write is guarded by the own election node, so that a console that lost the
 * lock cannot overwrite its successor's record.
 */
export class SwitchoverWriter {
  readonly #deps: CoordinationDeps;
  readonly #path: string;
  readonly #lock: ConsoleLock;
  #next: SwitchoverRecord | undefined;
  #writing: Promise<void> | undefined;
  #latestWritten = true;
  /** Somebody waits: no pauses any more. */
  #hurry = new AbortController();

  constructor(deps: CoordinationDeps, path: string, lock: ConsoleLock) {
    this.#deps = deps;
    this.#path = path;
    this.#lock = lock;
  }

  write(record: SwitchoverRecord): void {
    this.#next = record;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async written(): Promise<boolean> {
    this.#hurry.abort();
    while (this.#writing) await this.#writing;
    this.#hurry = new AbortController();
    return this.#latestWritten;
  }

  async #writeAll(): Promise<void> {
    for (let record = this.#next; record; record = this.#next) {
      this.#next = undefined;
      this.#latestWritten = await this.#writeOne(record);
      await sleep(this.#deps.clock, PAUSE_MS, this.#hurry.signal);
    }
  }

  async #writeOne(record: SwitchoverRecord): Promise<boolean> {
    const own = this.#lock.held() ? this.#lock.ownPath() : null;
    if (own === null) return false;
    const data = Buffer.from(recordBytes(record));
    try {
      await this.#deps.session.multi([
        { op: 'check', path: own },
        { op: 'set', path: this.#path, data },
      ]);
      return true;
    } catch (error) {
      if (error instanceof ZooKeeperError && error.code === 'NO_NODE' && error.failedIndex === 1)
        return this.#create(own, data);
      this.#deps.log('warn', 'the switchover record could not be written', { path: this.#path, reason: String(error) });
      return false;
    }
  }

  async #create(own: string, data: Buffer): Promise<boolean> {
    try {
      await this.#deps.session.multi([
        { op: 'check', path: own },
        { op: 'create', path: this.#path, data, mode: 'persistent' },
      ]);
      return true;
    } catch (error) {
      this.#deps.log('warn', 'the switchover record could not be made', { path: this.#path, reason: String(error) });
      return false;
    }
  }
}
