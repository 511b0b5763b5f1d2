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
/** What was tried proves what the rules say: of a firewall that nobody may read it is enough that the port was reached. */
const PROVEN_BY: Readonly<Record<string, string>> = { 'firewall-t2': 't2-from-peer' };
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
  const needed = neededBy(checks, standbys);
  const failures = needed.filter(({ result }) => result === 'fail');
  if (failures.length > 0) return { word: 'not-ready', reasons: failures.map(said('check.readiness.failed')) };
  const open = needed.filter(({ result }) => result === 'unknown');
  if (open.length > 0) return { word: 'unknown', reasons: open.map(said('check.readiness.unknown')) };
  return { word: 'ready', reasons: [] };
}

/** The checks that a takeover by one of these standbys rests on; without those that are not known and proven otherwise. */
export function neededBy(checks: readonly CheckResult[], standbys: readonly string[]): CheckResult[] {
  const needed = checks.filter(({ id, host }) =>
    host === PAIR_HOST ? NEEDED_OF_PAIR.has(id) : NEEDED.has(id) && standbys.includes(host),
  );
  return needed.filter((check) => check.result !== 'unknown' || !isProven(check, checks));
}

function isProven({ id, host }: CheckResult, checks: readonly CheckResult[]): boolean {
  const proof = PROVEN_BY[id];
  return checks.some((check) => check.id === proof && check.host === host && check.result === 'pass');
}

/** The server and what was found there. */
const said =
  (key: string) =>
  ({ id, host, reason }: CheckResult): Message =>
    message(host === PAIR_HOST ? `${key}.pair` : key, {
      ...reason.params,
      check: id,
      server: host,
      because: reason.key,
    });

/** Reasons that have few words of their own; of the others it is said what was looked at. */
const SHORT_OF_REASON: Readonly<Record<string, string>> = {
  'check.mount.missing': 'check.short.mountMissing',
  'check.mount.silent': 'check.short.mountHangs',
  'check.mount.stillSilent': 'check.short.mountHangs',
  'check.mount.stillWaits': 'check.short.mountHangs',
  'check.mount.full': 'check.short.mountFull',
  'check.access.changedKey': 'check.short.changedKey',
  'check.redo.syncFailed': 'check.short.syncFailed',
  'check.svrMode.single': 'check.short.singleMode',
};

/** A reason of {@link judgeReadiness} in few words, for a tile. */
export function shortTrouble({ params }: Message): Message {
  const { server = '', check = '', because = '' } = params;
  const what = SHORT_OF_REASON[because] ?? `check.short.${check}`;
  return server === PAIR_HOST
    ? message('check.tile.notReady.pair', { what })
    : message('check.tile.notReady', { what, server });
}
