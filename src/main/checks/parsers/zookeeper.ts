/** What a ZooKeeper server answers to `srvr` or `mntr`. */
export type ServerState =
  | { says: 'serving'; mode: 'leader' | 'follower' | 'observer' | 'standalone'; outstanding: number | null }
  /** It runs and is part of no quorum. */
  | { says: 'not-serving' }
  /** The word is not allowed there (`4lw.commands.whitelist`). */
  | { says: 'forbidden' };

const MODES = ['leader', 'follower', 'observer', 'standalone'] as const;

/** Reads the answer to `srvr` or to `mntr`; undefined where it is neither. */
export function parseServerState(text: string): ServerState | undefined {
  if (/not currently serving requests/.test(text)) return { says: 'not-serving' };
  if (/is not executed because it is not in the whitelist/.test(text)) return { says: 'forbidden' };
  const said = /^(?:Mode: |zk_server_state\t)(\S+)\s*$/m.exec(text)?.[1];
  const mode = MODES.find((each) => each === said);
  if (!mode) return undefined;
  const outstanding = /^(?:Outstanding: |zk_outstanding_requests\t)(\d{1,15})\s*$/m.exec(text)?.[1];
  return { says: 'serving', mode, outstanding: outstanding === undefined ? null : Number(outstanding) };
}
