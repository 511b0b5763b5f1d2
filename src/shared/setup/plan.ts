import type { Message } from '#shared/domain';
import type { DiffLine } from './diff.ts';

/** What becomes of a ZooKeeper node. `adopt`: it was there, made by somebody else, and stays as it is. */
export type NodeAction = 'create' | 'keep' | 'adopt' | 'set' | 'conflict' | 'foreign';

/** A node of ZooKeeper's tree as it is and as it will be. */
export interface TreeRow {
  path: string;
  action: NodeAction;
  ephemeral: boolean;
  /** What it holds, shortened; null: there is no such node, or it is empty. */
  before: string | null;
  after: string | null;
  /** Who may do what with it; null: there is no such node. */
  acl: string | null;
  version: number | null;
}

/** One thing that applying would do. */
export interface PlannedChange {
  id: string;
  /** Where: this console, ZooKeeper, or an instance's server. */
  place: { kind: 'console' } | { kind: 'zookeeper' } | { kind: 'server'; instance: string; host: string };
  title: Message;
  /** The file's or node's path. */
  path: string;
  /** What is there already and is not ours: it is left alone unless it is confirmed. */
  needsConfirmation: boolean;
  /** Whether it can be taken back alone, and how; said before it is done. */
  undo: Message;
  undoable: boolean;
  /** Nothing to do: it is as it should be. */
  idle: boolean;
  diff: DiffLine[] | null;
  tree: TreeRow[] | null;
  /** What is worth knowing beside it. */
  notes: Message[];
}

/** What has to be done on both servers and on a router between them, to be copied. */
export interface SharingTexts {
  items: {
    id: string;
    /** The instance on whose server, or `router`. */
    host: string;
    /** The file that it belongs into; null: it is run, or entered by hand. */
    path: string | null;
    content: string;
    why: Message;
    /** Does the same as another one. */
    isAlternative: boolean;
  }[];
  problems: { reason: Message; remedy: Message }[];
}

/** Everything that applying a draft would do, as of now. */
export interface SetupPlan {
  /** What it rests on: applied is only what was shown. */
  fingerprint: string;
  madeAtMs: number;
  changes: PlannedChange[];
  /** Why nothing can be applied; empty: it can. */
  blockers: Message[];
}
