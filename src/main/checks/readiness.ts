import { type CheckResult, type Message, message, PAIR_HOST, type Readiness } from '#shared/domain';

/** What a standby cannot take over without. */
const NEEDED = new Set([
  'access',
  'mount',
  'mount-answers',
  'mount-writable',
  'mount-space',
  'todb',
  'database',
  'process',
  'svr-mode',
  't2-listening',
  't2-from-console',
  'firewall-t2',
  'zookeeper',
  'nfs',
]);
const NEEDED_OF_PAIR = new Set(['todb-identical', 'redo-lag', 'route']);

/**
 * Could the standby take over now? `primary`: the instance that the route names; null where nobody knows, and then both
 * are asked for what a standby needs. Anything needed that failed says no; anything needed that is not known leaves it
 * open.
 */
export function judgeReadiness(
  checks: readonly CheckResult[],
  instances: readonly [string, string],
  primary: string | null,
): Readiness {
  const standbys = instances.filter((name) => name !== primary);
  const needed = checks.filter(({ id, host }) =>
    host === PAIR_HOST ? NEEDED_OF_PAIR.has(id) : NEEDED.has(id) && standbys.includes(host),
  );
  const failures = needed.filter(({ result }) => result === 'fail');
  if (failures.length > 0) return { word: 'not-ready', reasons: failures.map(said('check.readiness.failed')) };
  const open = needed.filter(({ result }) => result === 'unknown');
  if (open.length > 0) return { word: 'unknown', reasons: open.map(said('check.readiness.unknown')) };
  return { word: 'ready', reasons: [] };
}

/** The server and what was found there. */
const said =
  (key: string) =>
  ({ id, host, reason }: CheckResult): Message =>
    message(key, { ...reason.params, check: id, server: host, because: reason.key });
