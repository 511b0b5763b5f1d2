import { useDeferredValue, useMemo, useState } from 'react';
import { Button, ListTable, Problem, StateMark } from '#renderer/components';
import { useAsking } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import { useFleet, useTroubles } from '#renderer/state';
import type { PairTile, TroublesState } from '#shared/contract';
import { countTroubles, NO_FILTER, sharedTroubles, shownTroubles } from './shown-troubles.ts';
import { TroubleFilters } from './trouble-filters.tsx';
import { TroubleRow } from './trouble-row.tsx';
import styles from './troubles.module.css';

/** So many rows at first, and so many more on asking: thousands at once would take a second to draw. */
const PAGE_SIZE = 100;
const NO_PAIRS: Record<string, PairTile> = {};

/** Everything that the checks find amiss, in all pairs. */
export function TroublesPage() {
  const { t } = useWords();
  const state = useTroubles();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t('screen.troubles.heading')}</h1>
        {state ? <LookedAt state={state} /> : null}
      </header>
      {state ? <Troubles state={state} /> : <p>{t('screen.waiting')}</p>}
    </div>
  );
}

function Troubles({ state }: { state: TroublesState }) {
  const { t, say } = useWords();
  const pairs = useFleet((fleet) => fleet?.pairs) ?? NO_PAIRS;
  const [filter, setFilter] = useState(NO_FILTER);
  const [most, setMost] = useState(PAGE_SIZE);
  const deferred = useDeferredValue(filter);
  const all = useMemo(() => sharedTroubles(Object.values(state.troubles)), [state.troubles]);
  const counts = useMemo(() => countTroubles(all), [all]);
  const shown = useMemo(() => shownTroubles(all, deferred, pairs, say), [all, deferred, pairs, say]);
  const environmentOf = (tile: PairTile | undefined) =>
    tile?.practice ? t('screen.practice.title') : (tile?.environmentName ?? '');
  const keys = Object.keys(state.looked);
  const unlooked = keys.filter((key) => state.looked[key] === null);
  const rest = shown.length - most;
  return (
    <>
      <TroubleFilters
        filter={filter}
        counts={counts}
        onFilter={(next) => {
          setFilter(next);
          setMost(PAGE_SIZE);
        }}
      />
      {shown.length === 0 ? (
        <Empty looked={keys.length - unlooked.length} unlooked={unlooked.length} all={counts.all} />
      ) : (
        <div className={styles.sheet}>
          <ListTable roomy>
            <thead>
              <tr>
                <th scope="col">{t('screen.troubles.filter.rank')}</th>
                <th scope="col">{t('screen.troubles.column.pair')}</th>
                <th scope="col">{t('screen.troubles.column.host')}</th>
                <th scope="col">{t('screen.troubles.column.what')}</th>
                <th scope="col">{t('screen.troubles.column.since')}</th>
                <th scope="col">{t('screen.troubles.column.looked')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, most).map((trouble) => (
                <TroubleRow
                  key={`${trouble.pairKey}/${trouble.check.host}/${trouble.check.id}`}
                  trouble={trouble}
                  node={pairs[trouble.pairKey]?.node ?? trouble.pairKey}
                  environmentName={environmentOf(pairs[trouble.pairKey])}
                />
              ))}
            </tbody>
          </ListTable>
        </div>
      )}
      {rest > 0 ? (
        <p className={styles.more}>
          <Button onClick={() => setMost(most + PAGE_SIZE)}>
            {t('screen.troubles.more', { count: Math.min(rest, PAGE_SIZE) })}
          </Button>
          {t('screen.troubles.shown', { shown: most, count: shown.length })}
        </p>
      ) : null}
    </>
  );
}

/** What has been looked at, and how to have it looked at anew. */
function LookedAt({ state: { looked, running: asked } }: { state: TroublesState }) {
  const { t, say } = useWords();
  const { ask, busy, problem } = useAsking();
  const keys = Object.keys(looked);
  const unlooked = keys.filter((key) => looked[key] === null);
  const running = asked.length;
  return (
    <div className={styles.looked}>
      <p role="status">
        {running > 0 ? t('screen.troubles.running', { count: running }) : null}
        {running === 0 && unlooked.length > 0 ? t('screen.troubles.notLooked', { count: unlooked.length }) : null}
      </p>
      {unlooked.length > 0 && unlooked.length < keys.length ? (
        <Button small busy={busy} onClick={() => void ask('checks.run', { pairKeys: unlooked })}>
          {t('screen.troubles.runUnlooked')}
        </Button>
      ) : null}
      <Button small busy={busy} disabled={keys.length === 0} onClick={() => void ask('checks.run', { pairKeys: keys })}>
        {t('screen.troubles.runAll')}
      </Button>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </div>
  );
}

/** Why there is nothing: all is well, nothing was looked at yet, or nothing fits the filter. */
function Empty({ looked, unlooked, all }: { looked: number; unlooked: number; all: number }) {
  const { t } = useWords();
  if (all > 0) return <p className={styles.empty}>{t('screen.troubles.noneFiltered', { count: all })}</p>;
  if (looked === 0) return <p className={styles.empty}>{t('screen.troubles.nothingYet')}</p>;
  return (
    <p className={styles.empty} data-testid="nothing-amiss">
      <StateMark severity="none" size={18} />
      {unlooked === 0
        ? t('screen.troubles.none', { count: looked })
        : t('screen.troubles.noneSoFar', { count: looked, unlooked })}
    </p>
  );
}
