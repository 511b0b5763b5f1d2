import { type CheckResult, PAIR_HOST } from './checks.ts';
import type { Message } from './message.ts';

/** A finding, and the other checks that say the very same of that server. */
export interface SharedFinding<T> {
  check: T;
  also: T[];
}

/**
 * What is said once where it holds for several checks of a server: one that nobody can log in to is one trouble, not
 * twenty. Each stands in the place of its first check. What passed stays apart.
 */
export function sharedFindings<T extends CheckResult>(checks: readonly T[]): SharedFinding<T>[] {
  const shared = new Map<string, SharedFinding<T>>();
  for (const check of checks) {
    const { id, host, result, reason, remedy, evidence, commands } = check;
    const key =
      result === 'pass' ? `${host}/${id}` : JSON.stringify([host, result, reason, remedy, evidence, commands]);
    const found = shared.get(key);
    if (found) found.also.push(check);
    else shared.set(key, { check, also: [] });
  }
  return [...shared.values()];
}

/** The same for the reasons of a readiness, each of which names its check: then the first, and how many more there are. */
export function sharedReasons(reasons: readonly Message[]): Message[] {
  const shared = new Map<string, { reason: Message; more: number }>();
  for (const reason of reasons) {
    const { check, ...params } = reason.params;
    // What concerns both servers is a finding of its own each time.
    const key = JSON.stringify([reason.key, params, params.server === PAIR_HOST ? check : null]);
    const found = shared.get(key);
    if (found) found.more += 1;
    else shared.set(key, { reason, more: 0 });
  }
  return [...shared.values()].map(({ reason, more }) =>
    more === 0 ? reason : { key: `${reason.key}.several`, params: { ...reason.params, more } },
  );
}
