import { sleep } from '#core/clock';
import { type MultiOp, ZooKeeperError } from '#core/zookeeper';
import { parseRecord, RecordError, recordText, type SwitchoverRecord, switchoverRecordSchema } from '#shared/domain';
import type { ConsoleLock } from './lock.ts';
import type { CoordinationDeps } from './port.ts';

/** Between two writes: every one of them is read by whoever watches, while the switchover needs the same processor. */
const PAUSE_MS = 10;

/**
 * Writes the switchover record in the background, one write after the other, the latest winning: the procedure never
 * waits for it unless it wants to. Each write is guarded by the own election node, so that a console that lost the
 * lock cannot overwrite its successor's record; and it replaces only the version that its switchover was begun upon, or
 * its own, so that a console whose watch lags cannot overwrite its predecessor's.
 */
export class SwitchoverWriter {
  readonly #deps: CoordinationDeps;
  readonly #path: string;
  readonly #lock: ConsoleLock;
  readonly #seenVersion: () => number | null;
  #next: SwitchoverRecord | undefined;
  #writing: Promise<void> | undefined;
  #latestWritten = true;
  /** What the switchover being written replaces; version null: there is no record. */
  #base: { operationId: string; version: number | null } | undefined;
  /** What was sent last, whether or not it arrived. */
  #sent: Buffer | undefined;
  /** Somebody waits: no pauses any more. */
  #hurry = new AbortController();

  /** `seenVersion`: of the record as it is known here, which a new switchover rests on; null: there is none. */
  constructor(deps: CoordinationDeps, path: string, lock: ConsoleLock, seenVersion: () => number | null) {
    this.#deps = deps;
    this.#path = path;
    this.#lock = lock;
    this.#seenVersion = seenVersion;
  }

  write(record: SwitchoverRecord): void {
    const { operationId } = record;
    if (this.#base?.operationId !== operationId) this.#base = { operationId, version: this.#seenVersion() };
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
    const version = this.#base?.version ?? null;
    try {
      if (await this.#put(record, version)) return true;
      const found = await this.#ownVersion(record);
      return found !== undefined && (await this.#put(record, found));
    } catch (error) {
      this.#deps.log('warn', 'the switchover record could not be written', { path: this.#path, reason: String(error) });
      return false;
    }
  }

  /** Replaces that version, or makes the record. False where another version is there; without the lock it throws. */
  async #put(record: SwitchoverRecord, version: number | null): Promise<boolean> {
    const own = this.#lock.held() ? this.#lock.ownPath() : null;
    if (own === null) throw new Error('the lock is not held');
    const data = Buffer.from(recordText(record));
    const write: MultiOp =
      version === null
        ? { op: 'create', path: this.#path, data, mode: 'persistent' }
        : { op: 'set', path: this.#path, data, expectedVersion: version };
    try {
      await this.#deps.session.multi([{ op: 'check', path: own }, write]);
    } catch (error) {
      if (isOfOtherVersion(error)) return false;
      this.#sent = data;
      throw error;
    }
    this.#sent = data;
    const { operationId } = record;
    if (this.#base?.operationId === operationId) this.#base = { operationId, version: (version ?? -1) + 1 };
    return true;
  }

  /**
   * The version to be replaced where another is there than was expected: that of the very same switchover while it has
   * not ended (an answer was lost, or another console went on with it meanwhile), or of what was sent last from here, which
   * the watch has not shown yet. null: the record is gone. Undefined: it is somebody else's, and stays as it is.
   */
  async #ownVersion({ operationId }: SwitchoverRecord): Promise<number | null | undefined> {
    const node = await this.#deps.session.get(this.#path);
    if (!node) return null;
    const { version } = node.stat;
    if (this.#sent?.equals(node.data) || this.#underWay(node.data) === operationId) return version;
    this.#deps.log('warn', 'the switchover record is another console’s by now, and is left', { path: this.#path });
    return undefined;
  }

  /** The operation of a record whose switchover has not ended. */
  #underWay(data: Buffer): string | undefined {
    try {
      const { operationId, outcome } = parseRecord(switchoverRecordSchema, this.#path, data);
      return outcome === 'running' || outcome === 'unknown' ? operationId : undefined;
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      return undefined;
    }
  }
}

function isOfOtherVersion(error: unknown): boolean {
  if (!(error instanceof ZooKeeperError)) return false;
  if (error.code === 'BAD_VERSION' || error.code === 'NODE_EXISTS') return true;
  return error.code === 'NO_NODE' && error.failedIndex === 1;
}
