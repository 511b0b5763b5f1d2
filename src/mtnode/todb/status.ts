import { DatabaseError, type TodbFileError } from '#core/local-database';
import { type Message, message, type TodbStatus } from '#shared/domain';

/** No Todb file is configured. */
export const todbOff: TodbStatus = {
  state: 'off',
  reason: null,
  backlog: 0,
  persistedLsn: null,
  digest: null,
  matchesPeer: null,
};

const DETAIL_LENGTH = 500;

/** The status where the Todb file cannot be used. */
export function todbFileUnreadable(error: TodbFileError): TodbStatus {
  const detail = shorten(error.line === null ? error.detail : `line ${error.line}: ${error.detail}`);
  return { ...todbOff, state: 'failed', reason: message('todb.fileUnreadable', { file: error.file, detail }) };
}

/** What a failure means for the writer's state, and why, for people. */
export function troubleOf(
  database: string,
  error: unknown,
): { state: 'unreachable' | 'fenced' | 'failed'; reason: Message } {
  const detail = shorten(error instanceof DatabaseError ? error.detail : messageOf(error));
  const params = { database: shorten(database), detail };
  if (!(error instanceof DatabaseError) || error.code === 'REFUSED')
    return { state: 'failed', reason: message('todb.refused', params) };
  if (error.code === 'FENCED') return { state: 'fenced', reason: message('todb.fenced', params) };
  return { state: 'unreachable', reason: message('todb.unreachable', params) };
}

/** Why two Todb files are not the same. */
export function differsReason(own: string, peer: string): Message {
  return message('todb.differs', { detail: `${own.slice(0, 12)}… ≠ ${peer.slice(0, 12)}…` });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shorten(text: string): string {
  return text.length <= DETAIL_LENGTH ? text : `${text.slice(0, DETAIL_LENGTH - 1)}…`;
}
