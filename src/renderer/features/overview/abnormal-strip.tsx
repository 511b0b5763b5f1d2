import { StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref } from '#renderer/places';
import { byUrgency, freshnessOf, shownSeverity, useLinkState, useNow } from '#renderer/state';
import type { PairTile, Severity } from '#shared/contract';
import styles from './abnormal-strip.module.css';

/** What is abnormal, the most urgent first. Its height never changes, so that the tiles below stay where they are. */
export function AbnormalStrip({ pairs }: { pairs: Record<string, PairTile> }) {
  const { t } = useWords();
  const nowMs = useNow();
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const shown = Object.values(pairs).map((tile) => ({
    tile,
    severity: shownSeverity(tile, freshnessOf(tile, nowMs, lostAtMs)),
  }));
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
        {abnormal.map(({ tile, severity }) => (
          <li key={tile.key}>
            <Item tile={tile} severity={severity} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Item({ tile, severity }: { tile: PairTile; severity: Severity }) {
  const { t, say } = useWords();
  const believed = severity !== 'no-data';
  const what = say(believed && tile.next ? tile.next : tile.reason);
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
