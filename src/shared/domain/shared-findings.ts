import type { CheckResult } from './checks.ts';
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

/** The same for the reasons of a readiness, each of which names its check. */
export function sharedReasons(reasons: readonly Message[]): Message[] {
  const shared = new Map<string, { reason: Message; checks: unknown[] }>();
  for (const reason of reasons) {
    const { check, ...params } = reason.params;
    const key = JSON.stringify([reason.key, params]);
    const found = shared.get(key);
    if (found) found.checks.push(check);
    else shared.set(key, { reason, checks: [check] });
  }
  return [...shared.values()].map(({ reason, checks }) =>
    checks.length === 1 ? reason : { ...reason, params: { ...reason.params, check: checks.join(', ') } },
  );
}
