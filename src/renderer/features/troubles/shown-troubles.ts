import { type CheckView, type PairTile, TROUBLE_RANKS, type TroubleRank, type TroubleView } from '#shared/contract';
import { type Message, sharedFindings } from '#shared/domain';

/** A trouble, with the other checks of its server that say the very same. */
export interface SharedTrouble extends TroubleView {
  also: readonly CheckView[];
}

const made = new WeakMap<CheckView, SharedTrouble>();

/** Each once where several checks say it. What says the same as before is the same object as before. */
export function sharedTroubles(troubles: readonly TroubleView[]): SharedTrouble[] {
  const kinds = Map.groupBy(troubles, ({ pairKey, rank }) => `${rank}/${pairKey}`);
  return [...kinds.values()].flatMap((kind) => {
    const [{ pairKey, rank } = { pairKey: '', rank: 'unknown' as const }] = kind;
    return sharedFindings(kind.map(({ check }) => check)).map(({ check, also }) => {
      const before = made.get(check);
      const isSame =
        before?.rank === rank &&
        before.also.length === also.length &&
        also.every((each, at) => before.also[at] === each);
      if (isSame) return before;
      const trouble = { pairKey, rank, check, also };
      made.set(check, trouble);
      return trouble;
    });
  });
}

export interface TroubleFilter {
  text: string;
  /** Empty: every one. */
  rank: TroubleRank | '';
  environmentId: string;
  /** With what is not known only because nothing is configured for it. */
  unconfigured: boolean;
}

export const NO_FILTER: TroubleFilter = { text: '', rank: '', environmentId: '', unconfigured: false };

/** Not known for want of configuration: there is nothing to mend on the servers. */
export function isUnconfigured({ check }: TroubleView): boolean {
  return check.result === 'unknown' && check.reason.key === 'check.notConfigured';
}

/** How many there are of each kind, the unconfigured ones apart. */
export function countTroubles(troubles: readonly TroubleView[]) {
  const ranks = Object.fromEntries(TROUBLE_RANKS.map((rank) => [rank, 0])) as Record<TroubleRank, number>;
  let unconfigured = 0;
  for (const trouble of troubles) {
    if (isUnconfigured(trouble)) unconfigured++;
    else ranks[trouble.rank]++;
  }
  return { ranks, unconfigured, all: troubles.length - unconfigured };
}

/** Those that the filter lets through, what matters most first; then by pair, so that equals never trade places. */
export function shownTroubles(
  troubles: readonly SharedTrouble[],
  filter: TroubleFilter,
  pairs: Record<string, PairTile>,
  say: (message: Message) => string,
): SharedTrouble[] {
  const words = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return troubles
    .filter((trouble) => {
      const tile = pairs[trouble.pairKey];
      if (filter.rank !== '' && trouble.rank !== filter.rank) return false;
      if (filter.environmentId !== '' && tile?.environmentId !== filter.environmentId) return false;
      if (!filter.unconfigured && isUnconfigured(trouble)) return false;
      if (words.length === 0) return true;
      const text = textOf(trouble, tile, say);
      return words.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        TROUBLE_RANKS.indexOf(a.rank) - TROUBLE_RANKS.indexOf(b.rank) ||
        a.pairKey.localeCompare(b.pairKey) ||
        a.check.host.localeCompare(b.check.host) ||
        a.check.id.localeCompare(b.check.id),
    );
}

function textOf(
  { pairKey, check, also }: SharedTrouble,
  tile: PairTile | undefined,
  say: (message: Message) => string,
): string {
  const titles = [check, ...also].flatMap(({ id }) => [id, say({ key: `check.title.${id}`, params: {} })]);
  const parts = [tile?.node ?? pairKey, tile?.environmentName ?? '', check.host, ...titles, say(check.reason)];
  return parts.join(' ').toLowerCase();
}
