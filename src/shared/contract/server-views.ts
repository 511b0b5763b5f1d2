import type { Message } from '#shared/domain';

/**
 * Where passwords of servers are kept: Electron's safe storage, the desktop's keyring, macOS's keychain, Windows' DPAPI;
 * `memory`: there is no store here, and they are gone when the console ends.
 */
export type SecretPlace = 'safe-storage' | 'secret-tool' | 'keychain' | 'dpapi' | 'memory';

/** What came of trying to get to a server. Nothing was sent to one whose key is not known, or has changed. */
export type ConnectionTest =
  | { kind: 'ok'; host: string; system: string; tookMs: number }
  | { kind: 'unknown-key'; host: string; fingerprint: string; evidence: string[] }
  | { kind: 'changed-key'; host: string; now: string; expected: string; remedy: Message | null }
  | { kind: 'failed'; said: Message; remedy: Message | null; evidence: string[] };
