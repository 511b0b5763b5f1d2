import type { RedoLog, RedoRecord } from '#mtnode/redo';
import {
  type CatchUpOutcome,
  DEFAULT_MARKER_GRACE_MS,
  type FollowedPrimary,
  Follower,
  type FollowerView,
  type Hint,
  type Mount,
  type SealOutcome,
} from '#mtnode/sync';
import { type Aside, FUNCTIONS } from '#shared/domain';
import { Confirming } from './confirming.ts';
import type { DataNode, DataSetting } from './environment.ts';

/** Whom a standby follows. */
export type Followed = FollowedPrimary;

export interface StandbyParts {
  setting: DataSetting;
  node: DataNode;
  log: RedoLog;
  mount: Mount;
  dataId: string;
  onAside(aside: Aside): void;
  /** Records of the primary are in the own redo; on its disk once `onReceived` is called. */
  onAppended(records: readonly RedoRecord[]): void;
  onReceived(): void;
}

/** The standby's part over all its times as one: follows, confirms, and reads to the end at a promotion. */
export class Standby {
  readonly #parts: StandbyParts;
  readonly #confirming: Confirming;
  #follower: Follower | undefined;
  #target: Followed | undefined;
  #lastView: FollowerView;

  constructor(parts: StandbyParts) {
    const { setting, node, dataId, mount } = parts;
    this.#parts = parts;
    this.#confirming = new Confirming(node.clock, ({ atEpoch, lsn }) =>
      node.tellPeer(FUNCTIONS.practiceConfirm, {
        ...{ instance: setting.instance, incarnation: setting.incarnation, data_id: dataId },
        ...{ at_epoch: atEpoch, lsn },
      }),
    );
    this.#lastView = {
      status: { state: 'starting', directory: mount.directory, reason: null },
      ...{ lag: null, receivedLsn: 0, durableLsn: null, acknowledgedLsn: null, markerAtMs: null, redoAtMs: null },
      cannotSeal: undefined,
    };
  }

  get view(): FollowerView {
    return this.#follower?.view ?? this.#lastView;
  }

  /** Whom to follow; null: nobody. */
  follow(target: Followed | null): void {
    if (this.#target?.epoch !== target?.epoch || this.#target?.incarnation !== target?.incarnation)
      this.#confirming.stop();
    this.#target = target ?? undefined;
    this.#begun().follow(this.#target);
  }

  /** What the primary says of itself. */
  look(from: { instance: string; incarnation: string }, hint: Hint): void {
    if (from.instance !== this.#target?.instance || from.incarnation !== this.#target.incarnation) return;
    this.#follower?.look(hint.epoch, hint.durableLsn, hint.acknowledgedLsn);
    if (hint.epoch === this.#target.epoch) this.#confirming.heard(hint);
  }

  seal(epoch: number): Promise<SealOutcome> {
    return this.#begun().seal({ epoch, incarnation: this.#parts.setting.incarnation });
  }

  /** Reads the sealed redo to its end; then nobody is followed any more. Never rejects. */
  catchUp(): Promise<CatchUpOutcome> {
    return this.#begun().catchUp();
  }

  /** Follows again after {@link catchUp}. */
  resume(): void {
    this.#follower?.resume();
  }

  /** Follows nobody any more; resolves when the own log is left alone. */
  async stop(): Promise<void> {
    const follower = this.#follower;
    await follower?.stop();
    this.#confirming.stop();
    if (follower === undefined || this.#follower !== follower) return;
    this.#lastView = follower.view;
    this.#follower = undefined;
  }

  #begun(): Follower {
    const { setting, node, log, mount } = this.#parts;
    this.#follower ??= new Follower(
      {
        system: setting.system,
        node: setting.node,
        instance: setting.instance,
        mountTimeoutMs: setting.mountTimeoutMs,
        markerGraceMs: DEFAULT_MARKER_GRACE_MS,
      },
      {
        clock: node.clock,
        mount,
        log,
        events: {
          onAppended: (records) => this.#parts.onAppended(records),
          onReceived: (lsn, epoch) => {
            this.#confirming.received({ dataId: this.#parts.dataId, atEpoch: epoch, lsn });
            this.#parts.onReceived();
          },
          onStatus: () => node.onChange(),
          onAside: (aside) => this.#parts.onAside(aside),
          log: (level, text, fields) => node.log[level](text, fields),
        },
      },
    );
    return this.#follower;
  }
}
