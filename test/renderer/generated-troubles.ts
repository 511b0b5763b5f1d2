import type { CheckView, PairTile, TroubleRank, TroublesState, TroubleView } from '#shared/contract';
import { type CheckVerdict, message } from '#shared/domain';
import { pairTile } from './pair-tile.ts';

const RESULTS: Record<TroubleRank, CheckVerdict> = {
  blocks: 'fail',
  fails: 'fail',
  open: 'unknown',
  warns: 'warn',
  unknown: 'unknown',
};

/** What is found on each pair's servers: every kind, and as many as a site has that configured little. */
const FOUND: readonly { rank: TroubleRank; id: string; host: string; configured?: boolean }[] = [
  { rank: 'warns', id: 'clock', host: 'A' },
  { rank: 'blocks', id: 'mount', host: 'B' },
  { rank: 'fails', id: 'f2-from-console', host: 'B' },
  { rank: 'open', id: 'database', host: 'B' },
  { rank: 'unknown', id: 'firewall-f2', host: 'A' },
  ...['access', 'mount', 'redo', 'todb', 'process', 'firewall', 'clock', 't2-listening', 'zookeeper', 'database'].map(
    (id) => ({ rank: 'unknown' as const, id, host: 'C', configured: false }),
  ),
];

function trouble(pairKey: string, { rank, id, host, configured = true }: (typeof FOUND)[number], nowMs: number) {
  const check: CheckView = {
    id,
    host,
    result: RESULTS[rank],
    reason: configured
      ? message('check.mount.missing', { target: `/mnt/${host}` })
      : message('check.notConfigured', { field: 'server.access' }),
    evidence: [`/proc/self/mountinfo: no line for /mnt/${host}`],
    remedy: message('check.remedy.remount', { target: `/mnt/${host}` }),
    ...(rank === 'blocks' ? { commands: [['mount', '-t', 'nfs', '10.0.0.12:/export/share', `/mnt/${host}`]] } : {}),
    tookMs: 40,
    atMs: nowMs - 20_000,
    sinceMs: nowMs - 3_600_000,
  };
  return { pairKey, rank, check } satisfies TroubleView;
}

/** A fleet of so many pairs, each with the same troubles. */
export function generatedTroubles(
  count: number,
  nowMs: number,
): { state: TroublesState; pairs: Record<string, PairTile> } {
  const keys = Array.from({ length: count }, (_, index) => `e/p${String(index + 1).padStart(3, '0')}`);
  const troubles = keys.flatMap((key) => FOUND.map((each) => trouble(key, each, nowMs)));
  return {
    state: {
      troubles: Object.fromEntries(
        troubles.map((each) => [`${each.pairKey}/${each.check.host}/${each.check.id}`, each]),
      ),
      looked: Object.fromEntries(keys.map((key) => [key, nowMs - 20_000])),
      running: [],
    },
    pairs: Object.fromEntries(
      keys.map((key) => [
        key,
        pairTile({ key, node: `mt-${key.slice(2)}`, environmentId: 'e', environmentName: '上海' }),
      ]),
    ),
  };
}
