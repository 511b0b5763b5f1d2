/** Where the operator is: kept in the address's fragment, so that both shells and the back button work alike. */
export type Route =
  | { page: 'overview' }
  | { page: 'pair'; key: string }
  | { page: 'environments' }
  | { page: 'new-environment' }
  | { page: 'edit-environment'; id: string }
  | { page: 'events' };

/** Reads a fragment. What is not a place of ours leads to the overview. */
export function parseRoute(hash: string): Route {
  const parts = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  const [first, second, third] = parts;
  if (first === 'pair' && second && third && parts.length === 3) return { page: 'pair', key: `${second}/${third}` };
  if (first === 'environments') {
    if (second === 'new') return { page: 'new-environment' };
    if (second === 'edit' && third) return { page: 'edit-environment', id: third };
    return { page: 'environments' };
  }
  return first === 'events' ? { page: 'events' } : { page: 'overview' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A broken escape cannot be one of our names.
    return '';
  }
}
