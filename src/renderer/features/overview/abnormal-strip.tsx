import { StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref } from '#renderer/places';
import { byUrgency, type Freshness, freshnessOf, shownSeverity, useLinkState, useNow } from '#renderer/state';
import type { PairTile, Severity } from '#shared/contract';
import styles from './abnormal-strip.module.css';

interface Shown {
  tile: PairTile;
  severity: Severity;
  freshness: Freshness;
}

/** What is abnormal, the most urgent first. Its height never changes, so that the tiles below stay where they are. */
export function AbnormalStrip({ pairs }: { pairs: Record<string, PairTile> }) {
  const { t } = useWords();
  const nowMs = useNow();
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const shown = Object.values(pairs).map((tile): Shown => {
    const freshness = freshnessOf(tile, nowMs, lostAtMs);
    return { tile, freshness, severity: shownSeverity(tile, freshness) };
  });
  const abnormal = shown.filter(({ severity }) => severity !== 'none').sort(byUrgency);
  const title =
    abnormal.length === 0
      ? t('screen.abnormal.none', { count: shown.length })
      : t('screen.abnormal.some', { count: abnormal.length, total: shown.length });
  return (
    <section className={styles.strip} aria-label={t('screen.abnormal.label')}>
      <p className={styles.title} data-quiet={abnormal.length === 0}>
        {title}
      </p>
      <ol className={styles.items}>
        {abnormal.map((each) => (
          <li key={each.tile.key}>
            <Item {...each} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Item({ tile, severity, freshness }: Shown) {
  const { t, say } = useWords();
  const believed = severity !== 'no-data';
  const what =
    freshness === 'live'
      ? say(tile.next ?? tile.reason)
      : t('screen.tile.was', { state: t(`screen.state.${tile.state}`) });
  return (
    <a
      className={styles.item}
      href={pairHref(tile.key)}
      data-severity={severity}
      aria-label={t('screen.abnormal.item', {
        state: t(believed ? `screen.state.${tile.state}` : 'screen.state.unknown'),
        node: tile.node,
        what,
      })}
    >
      <StateMark severity={severity} inverse size={26} />
      <span className={styles.words}>
        <span className={styles.who}>
          <strong>{tile.node}</strong> {t(believed ? `screen.state.${tile.state}` : 'screen.state.unknown')}
        </span>
        <span className={styles.what} title={what}>
          {what}
        </span>
      </span>
    </a>
  );
}
