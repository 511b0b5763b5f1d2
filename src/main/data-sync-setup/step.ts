/**
 * One change on one server, as plain data: how to see that it is there already, how it is made, how it is taken back.
 * Commands are argument arrays; everything runs as root.
 */
export type SetupStep =
  /** Programs that must be there; nothing is installed. */
  | { kind: 'require'; programs: string[] }
  | { kind: 'directory'; path: string; mode: string }
  /** A file that is ours alone. Another content than ours is somebody else's: nothing is done. */
  | { kind: 'file'; path: string; content: string }
  /** A line in a file that others write to as well. `key`: how a line about the same thing begins. */
  | { kind: 'line'; path: string; line: string; key: string }
  /** Values in a file of sections and `name=value`. Another value is somebody else's: nothing is done. */
  | { kind: 'ini'; path: string; values: IniValue[] }
  /** A command that is needed until another one ends well, or prints something. */
  | { kind: 'command'; argv: string[]; doneWhen: DoneWhen; undo: string[] | null }
  /** A rule at the head of a chain of nftables, found again by its comment. */
  | { kind: 'nft-rule'; chain: NftChain; rule: string[]; comment: string };

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
