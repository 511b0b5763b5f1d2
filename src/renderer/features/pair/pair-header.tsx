import { Ago, Since, StateMark, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { OVERVIEW } from '#renderer/places';
import { type Freshness, shownSeverity } from '#renderer/state';
import type { PairView } from '#shared/contract';
import styles from './pair-header.module.css';

/** What is wrong, in words, and the one thing to do next. */
export function PairHeader({ pair: { tile }, freshness }: { pair: PairView; freshness: Freshness }) {
  const { t, say } = useWords();
  const severity = shownSeverity(tile, freshness);
  const live = freshness === 'live';
  const fresh = severity !== 'no-data';
  const stateWord = t(`screen.state.${tile.state}`);
  return (
    <header className={styles.header} data-severity={severity} data-state={tile.state} data-freshness={freshness}>
      <div className={styles.band}>
        <StateMark severity={severity} inverse size={40} />
        <div className={styles.names}>
          <nav aria-label={t('screen.pair.path')} className={styles.path}>
            <a href={OVERVIEW}>{t('screen.overview.title')}</a> / {tile.environmentName} / {tile.system}
          </nav>
          <h1>
            {tile.node} <span className={styles.state}>{fresh ? stateWord : t('screen.state.unknown')}</span>
          </h1>
        </div>
        {tile.practice ? <Tag>{t('screen.practice.tag')}</Tag> : null}
        <p className={styles.since}>
          {fresh ? (
            <Since atMs={tile.sinceMs} />
          ) : tile.heardAtMs === null ? (
            t('screen.tile.neverHeard')
          ) : (
            <>
              {t('screen.tile.lastHeard')} <Ago atMs={tile.heardAtMs} />
            </>
          )}
        </p>
      </div>
      <div className={styles.words}>
        <p className={styles.reason}>
          {live ? say(tile.reason) : `${t('screen.tile.was', { state: stateWord })} · ${say(tile.reason)}`}
        </p>
        {tile.next && live ? (
          <p className={styles.next}>
            <span className={styles.nextLabel}>{t('screen.pair.next')}</span> {say(tile.next)}
          </p>
        ) : null}
      </div>
    </header>
  );
}
