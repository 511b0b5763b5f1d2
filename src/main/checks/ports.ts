import type { Registration, Route } from '#shared/domain';
import type { SystemInfoReply } from '#shared/protocol';

/** What an instance says of itself by 1403040, or why it says nothing. */
export type NodeAnswer =
  | {
      kind: 'answered';
      /** 0: pair, 1: single server (F9); null: not said, or something else. */
      svrMode: number | null;
      /** The whole answer, where it is a reference node's. */
      info: SystemInfoReply | null;
      raw: string;
    }
  | { kind: 'silent'; detail: string };

export interface NodeSight {
  /** Asked once a run and instance. */
  systemInfo(instance: string): Promise<NodeAnswer>;
}

/** What ZooKeeper holds of the pair, or why that cannot be read. */
export type PairRecords =
  | {
      kind: 'read';
      route: Route | null;
      registrations: ReadonlyMap<string, Registration>;
      /** Records that do not parse, one line each. */
      problems: readonly string[];
    }
  | { kind: 'unreachable'; detail: string };

export interface RecordsSight {
  /** Read once a run. */
  read(): Promise<PairRecords>;
}
