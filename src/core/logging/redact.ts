const SECRET_NAME = /session_?id|token|passw(or)?d|passphrase|secret|credential|authorization|digest_?auth|cookie/i;
const NAMED = SECRET_NAME.source.replace('session_?id', 'session');
/** An option or a variable of a command line that is named like a secret, up to its value. */
const SECRET_ARGUMENT = new RegExp(
  `((?:^|\\s)(?:--?[\\w-]*(?:${NAMED})[\\w-]*(?:=|\\s+)|\\w*(?:${NAMED})\\w*=))(?!-)\\S+`,
  'gi',
);
const MAX_DEPTH = 6;
const HIDDEN = '[redacted]';

/**
 * A copy of the value without what only its owner may read: fields named like a session, token, password or secret.
 * Errors keep their name, message and own fields; what lies deeper than six levels is dropped.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0);
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error)
    return { name: value.name, message: value.message, ...copyFields({ ...value }, depth), stack: value.stack };
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
  return copyFields(value, depth);
}

function copyFields(value: object, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value))
    fields[name] = SECRET_NAME.test(name) && field !== null && field !== undefined ? HIDDEN : copy(field, depth + 1);
  return fields;
}

/** A process's command line without the values of what is named like a session, token, password or secret. */
export function redactCommand(line: string): string {
  return line.replace(SECRET_ARGUMENT, (_whole, name: string) => `${name}${HIDDEN}`);
}
