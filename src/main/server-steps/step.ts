/**
 * One change on one server, as plain data: how to see that it is there already, how it is made, how it is taken back.
 * Commands are argument arrays; everything runs as root.
 */
export type ServerStep =
  /** Programs that must be there; nothing is installed. */
  | { kind: 'require'; programs: string[] }
  | { kind: 'directory'; path: string; mode: string }
  /**
   * A file that is ours alone. Another content than ours is somebody else's: nothing is done. `afterwards`, here and
   * below: what is run once the file is written, and once that was taken back.
   */
  | { kind: 'file'; path: string; content: string; afterwards?: string[] }
  /** A line in a file that others write to as well; `about` finds a line on the same thing. */
  | { kind: 'line'; path: string; line: string; about: LineSubject | null }
  /** Values in a file of sections and `name=value`. Another value is somebody else's: nothing is done. */
  | { kind: 'ini'; path: string; values: IniValue[]; afterwards?: string[] }
  /** A command that is needed until another one ends well, or prints something. `undo` null: it has none. */
  | { kind: 'command'; argv: string[]; doneWhen: DoneWhen; undo: string[] | null }
  /** A rule at the head of a chain of nftables, found again by its comment. */
  | { kind: 'nft-rule'; chain: NftChain; rule: string[]; comment: string };

/** The field that says what a line is about, counted from 0, and what stands in it, without escapes. */
export interface LineSubject {
  field: number;
  value: string;
}

export interface IniValue {
  section: string;
  name: string;
  value: string;
}

export interface NftChain {
  family: string;
  table: string;
  chain: string;
}

/** `prints`: its output has this; without it: it ends with 0. */
export interface DoneWhen {
  argv: string[];
  prints?: string;
}

/** Puts a rule at the head of a chain: behind what drops it would come too late. */
export function nftInsert({ family, table, chain }: NftChain, rule: readonly string[], comment: string): string[] {
  return ['nft', 'insert', 'rule', family, table, chain, ...rule, 'comment', `"${comment}"`];
}

/** What makes a step that is one command. */
export function commandOf(step: Extract<ServerStep, { kind: 'directory' | 'command' | 'nft-rule' }>): string[] {
  if (step.kind === 'directory') return ['mkdir', '-p', '-m', step.mode, '--', step.path];
  return step.kind === 'command' ? step.argv : nftInsert(step.chain, step.rule, step.comment);
}

/** Whether a program is there, on any system. */
export function programCommand(program: string): string[] {
  return ['sh', '-c', 'command -v "$1"', 'sh', program];
}
