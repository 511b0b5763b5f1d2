import { SETUP_STEPS, type SetupStep } from '#shared/setup';

/** Where the operator is: kept in the address's fragment, so that both shells and the back button work alike. */
export type Route =
  | { page: 'overview' }
  /** `promote`: the instance whose promotion is to be asked about at once. */
  | { page: 'pair'; key: string; promote?: string }
  | { page: 'environments' }
  | { page: 'new-environment' }
  | { page: 'edit-environment'; id: string }
  | { page: 'events' }
  | { page: 'troubles' }
  | { page: 'setup' }
  /** `step` null: where the draft was left. */
  | { page: 'setup-draft'; id: string; step: SetupStep | null };

/** Reads a fragment. What is not a place of ours leads to the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.split('?');
  const parts = path
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  const [first, second, third] = parts;
  if (first === 'pair' && second && third && parts.length === 3) {
    const promote = new URLSearchParams(query).get('promote');
    return { page: 'pair', key: `${second}/${third}`, ...(promote ? { promote } : {}) };
  }
  if (first === 'environments') {
    if (second === 'new') return { page: 'new-environment' };
    if (second === 'edit' && third) return { page: 'edit-environment', id: third };
    return { page: 'environments' };
  }
  if (first === 'checks') return { page: 'troubles' };
  if (first === 'setup') {
    if (!second) return { page: 'setup' };
    return { page: 'setup-draft', id: second, step: SETUP_STEPS.find((step) => step === third) ?? null };
  }
  if (first === 'checks') return { page: 'troubles' };
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
