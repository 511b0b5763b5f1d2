import type { Message } from '#shared/domain';

/** What would become of a file; texts have their bytes as characters. */
export interface FileChange {
  path: string;
  /** Null: there is none. */
  before: string | null;
  after: string;
  /** As `diff -u` shows it. */
  diff: string;
}

/** What was seen of one step, before anything is done. */
export type StepSight =
  /** It is there already: nothing is done. */
  | { kind: 'done' }
  /** It would be done, with these commands; files as `change` says. */
  | { kind: 'todo'; change: FileChange | null; commands: string[][] }
  /** Something of somebody else's stands there: nothing is done unless the operator says so. */
  | { kind: 'foreign'; diff: string; change: FileChange | null }
  /** It cannot be seen, or cannot be done. */
  | { kind: 'blocked'; reason: Message; remedy: Message | null; evidence: string[] };

/** How what was done is taken back; plain data, so that it can be kept. */
export type StepUndo =
  | { kind: 'file'; path: string; backup: string | null; digest: string; afterwards: string[] | null }
  /** Those that were made, the innermost first. */
  | { kind: 'directories'; paths: string[] }
  | { kind: 'command'; argv: string[] }
  | { kind: 'nft-rule'; chain: { family: string; table: string; chain: string }; comment: string };

/** What became of one step. */
export interface StepReport {
  outcome: 'nothing' | 'done' | 'refused' | 'failed';
  /** Why it was refused or failed; null otherwise. */
  reason: Message | null;
  /** What a diff, or the server itself, said. */
  evidence: string[];
  /** Null: nothing to take back, or no way to. */
  undo: StepUndo | null;
}
