import { RedoDamage } from '#mtnode/redo';
import { type Message, message } from '#shared/domain';
import { MountHung } from './mount-calls.ts';
import { MARKER_FILE, ShareFileError } from './share-files.ts';

/** Why synchronisation fails: the end of a key `sync.…` of the catalogues. */
export type SyncFailureReason =
  | 'mountMissing'
  | 'mountNoDirectory'
  | 'mountEmpty'
  | 'mountForeign'
  | 'mountStale'
  | 'mountHung'
  | 'mountUnreadable'
  | 'redoDamaged'
  | 'localDamaged'
  | 'noPrimary';

const KEYS: Record<SyncFailureReason, string> = {
  mountMissing: 'sync.mountMissing',
  mountNoDirectory: 'sync.mountNoDirectory',
  mountEmpty: 'sync.mountEmpty',
  mountForeign: 'sync.mountForeign',
  mountStale: 'sync.mountStale',
  mountHung: 'sync.mountHung',
  mountUnreadable: 'sync.mountUnreadable',
  redoDamaged: 'sync.redoDamaged',
  localDamaged: 'sync.localDamaged',
  noPrimary: 'sync.noPrimary',
};
const MAX_DETAIL = 300;

/** The synchronisation fails, for a reason that a person can look into. `detail`: names and figures, no sentences. */
export class SyncFailure extends Error {
  readonly reason: SyncFailureReason;
  readonly detail: string;
  constructor(reason: SyncFailureReason, detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.name = 'SyncFailure';
    this.reason = reason;
    this.detail = detail;
  }

  /** The reason as a message that names the mount's directory. */
  toMessage(directory: string): Message {
    return message(KEYS[this.reason], { directory, detail: this.detail.slice(0, MAX_DETAIL) });
  }
}

/** The system's error code; undefined: it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a call of the mount ended with, as a failure. */
export function mountFailure(error: unknown, file = MARKER_FILE): SyncFailure {
  if (error instanceof SyncFailure) return error;
  if (error instanceof MountHung)
    return new SyncFailure('mountHung', `${error.what} > ${error.timeoutMs} ms`, { cause: error });
  if (error instanceof RedoDamage) return redoFailure(error.file, error.offset, error.detail);
  const cause = { cause: error };
  if (error instanceof ShareFileError) return new SyncFailure('mountUnreadable', error.message, cause);
  const text = error instanceof Error ? error.message : String(error);
  // ESTALE: the server has forgotten the mounted directory (NFS).
  if (codeOf(error) === 'ETIMEDOUT') return new SyncFailure('mountHung', `${file}: ${text}`, cause);
  if (codeOf(error) === 'ESTALE') return new SyncFailure('mountStale', `${file}: ${text}`, cause);
  return new SyncFailure('mountUnreadable', `${file}: ${text}`, cause);
}

/** Damage in the other's redo or dat, at a byte. */
export function redoFailure(file: string, offset: number, detail: string): SyncFailure {
  return new SyncFailure('redoDamaged', `${file}, byte ${offset}: ${detail}`);
}

/** What the own disk or log ended with, as a failure. */
export function localFailure(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  return new SyncFailure('localDamaged', error instanceof Error ? error.message : String(error), { cause: error });
}
