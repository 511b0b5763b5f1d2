import { ZooKeeperError, type ZooKeeperErrorCode } from './port.ts';

/** The connection to the server was lost after the request had gone out. */
const CONNECTION_LOSS = -4;
/** Ours: the request never left this process. */
export const NOT_SENT = 1;
/** Ours: an answer came and could not be read. */
export const UNREADABLE_ANSWER = 2;

const CODES = new Map<number, ZooKeeperErrorCode>([
  [CONNECTION_LOSS, 'OUTCOME_UNKNOWN'],
  [NOT_SENT, 'NOT_CONNECTED'],
  [UNREADABLE_ANSWER, 'OUTCOME_UNKNOWN'],
  [-8, 'INVALID'],
  [-101, 'NO_NODE'],
  [-102, 'NO_AUTH'],
  [-103, 'BAD_VERSION'],
  [-108, 'NO_CHILDREN_FOR_EPHEMERALS'],
  [-110, 'NODE_EXISTS'],
  [-111, 'NOT_EMPTY'],
  [-112, 'SESSION_EXPIRED'],
  [-114, 'INVALID'],
]);

/** An error in the shape that the client library expects of its own (`getCode`), for what it cannot express. */
export class ClientError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
  }
  getCode(): number {
    return this.code;
  }
}

/** The numeric code of an error from the client library or ours; undefined where it has none. */
function numericCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

/** True when the error is the server's own answer: the server was reached and the session was alive. */
export function isServersAnswer(error: unknown): boolean {
  const code = numericCode(error);
  return code !== undefined && code < 0 && code !== CONNECTION_LOSS && code !== -112;
}

/** The project's error for whatever the client library reports. */
export function toZooKeeperError(error: unknown, path: string, failedIndex?: number): ZooKeeperError {
  if (error instanceof ZooKeeperError) return error;
  const code = numericCode(error);
  const name = code === undefined ? 'INVALID' : (CODES.get(code) ?? 'OTHER');
  return new ZooKeeperError(name, path, error instanceof Error ? error.message : String(error), failedIndex);
}
