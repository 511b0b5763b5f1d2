/**
 * How a connection ended, in DOMAIN's terms. `closed`: the peer ended it, so calls without a reply end as `empty`.
 * `refused`: nothing listens there. `silence`: nothing was heard, which says nothing of the process (calls: `timeout`).
 */
export interface ConnectionEnd {
  kind: 'closed' | 'refused' | 'silence';
  detail: string;
  /** True where it was ended by us because the peer does not speak t2: connecting again at once would not help. */
  breach: boolean;
}

/** Ends that only the peer's own machine can have sent: the connection was there and was taken down. */
const CLOSED_CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** The codes of an error; several where a name has several addresses and each was tried. */
function codesOf(error: Error): string[] {
  const errors = error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error];
  return errors.map((each: NodeJS.ErrnoException) => each.code ?? each.message);
}

/**
 * Sorts the system's errors. A reset before a reply is `closed`. Everything that the network between, this machine's own
 * firewall (EPERM, EACCES; F16) or the resolver says is `silence`: unreachable is not refused, and proves nothing.
 */
export function classifyEnd(error: Error | null): ConnectionEnd {
  if (error === null) return { kind: 'closed', detail: 'the peer closed the connection', breach: false };
  const codes = codesOf(error);
  const detail = [...new Set(codes)].join(', ');
  if (codes.every((code) => code === 'ECONNREFUSED')) return { kind: 'refused', detail, breach: false };
  if (codes.every((code) => CLOSED_CODES.has(code))) return { kind: 'closed', detail, breach: false };
  return { kind: 'silence', detail, breach: false };
}
