import type { Disk, RedoLog } from '#mtnode/redo';
import type { TodbWriter } from '#mtnode/todb';
import type { Uft } from '#mtnode/uft';
import type { DataNode, DataSetting } from './environment.ts';
import type { OwnMarker } from './marker.ts';
import { Snapshots } from './snapshots.ts';
import { Term } from './term.ts';

export interface ReignParts {
  setting: DataSetting;
  node: DataNode;
  disk: Disk;
  log: RedoLog;
  uft: Uft;
  marker: OwnMarker;
  todb: TodbWriter | undefined;
  /** Whether a local database is configured at all. */
  hasTodbFile: boolean;
}

/** What goes with a term of a primary: dats, and the way of what is acknowledged to the local database. */
export class Reign {
  readonly term: Term;
  readonly #parts: ReignParts;
  readonly #snapshots: Snapshots;
  #begun: Promise<void> = Promise.resolve();
  #datTrouble: string | undefined;

  private constructor(parts: ReignParts, epoch: number) {
    const { setting, log, uft, node, marker, todb } = parts;
    this.#parts = parts;
    this.#snapshots = new Snapshots({
      everyRecords: setting.snapshotRecords,
      clock: node.clock,
      log,
      uft,
      afterwards: () => marker.write('primary', log, this.persistedLsn()),
      onOutcome: (error) => this.#datEnded(error),
    });
    this.term = new Term(
      {
        setting,
        node,
        disk: parts.disk,
        log,
        uft,
        dataId: marker.dataId,
        onAcknowledged: (lsn) => {
          todb?.acknowledged(lsn);
          this.#snapshots.consider(epoch, this.#neededFrom());
        },
      },
      epoch,
    );
  }

  /**
   * The term's first record is its epoch; from then on the share is a primary's. Everything in the log must be in UFT.
   * Nobody waits for the disk: no write is acknowledged before the record is on it. A failure is the node's to hear.
   */
  static begin(parts: ReignParts, epoch: number): Reign {
    const reign = new Reign(parts, epoch);
    reign.term.note({ type: 'epoch', instance: parts.setting.instance });
    reign.#begun = reign.#begin().catch((error: unknown) => {
      if (!reign.term.isOver) parts.node.onFailed(error);
    });
    return reign;
  }

  async #begin(): Promise<void> {
    const { log, marker, todb } = this.#parts;
    await log.flush();
    await marker.write('primary', log, this.persistedLsn());
    if (!this.term.isOver) todb?.start(log.epochs(), marker.persistedAtStart);
    todb?.acknowledged(this.term.acknowledgedLsn);
  }

  /** Why no dat can be written, in words; undefined: they can. Redo stays until they can again. */
  get datTrouble(): string | undefined {
    return this.#datTrouble;
  }

  #datEnded(error: unknown): void {
    const { node } = this.#parts;
    this.#datTrouble = error === undefined ? undefined : error instanceof Error ? error.message : String(error);
    if (this.term.isOver) return;
    if (error === undefined) node.log.info('dats are written again');
    else node.log.error('no dat can be written', { error });
  }

  /** What the marker says of the local database. Where none is configured nothing waits for one. */
  persistedLsn(): number | null {
    const { todb, log, marker, hasTodbFile } = this.#parts;
    if (todb !== undefined) return todb.status().persistedLsn;
    // One whose file cannot be used gets nothing, and must have it all later.
    return hasTodbFile ? marker.persistedAtStart : log.durableLsn;
  }

  /** How many acknowledged records the local database has not, as far as is known. */
  notPersisted(): number {
    return Math.max(0, this.term.acknowledgedLsn - (this.persistedLsn() ?? 0));
  }

  /** Nothing is acknowledged from the call on; resolves when nothing of the term is under way any more. */
  async end(): Promise<void> {
    this.term.end();
    await this.#begun;
    await this.#parts.todb?.stop();
    await this.#snapshots.settled();
  }

  /** Redo above it is needed still. */
  #neededFrom(): number {
    return this.persistedLsn() ?? 0;
  }
}
