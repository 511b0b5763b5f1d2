import { StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { LINK_GRACE_MS, useFleet, useLinkState, useNow } from '#renderer/state';
import styles from './shell.module.css';

/** The fleet in one line, as the tray says it; without the link it says that nothing is known. */
export function Totals() {
  const { t } = useWords();
  const totals = useFleet((fleet) => fleet?.totals);
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const nowMs = useNow();
  const cutOff = lostAtMs !== null && nowMs - lostAtMs > LINK_GRACE_MS;
  if (!totals) return <p className={styles.totals} />;
  if (cutOff)
    return (
      <p className={styles.totals}>
        <StateMark severity="no-data" size={18} /> {t('screen.severity.no-data')}
      </p>
    );
  const counts = (['p1', 'p2', 'p3'] as const).filter((severity) => totals[severity] > 0);
  return (
    <p className={styles.totals} data-totals={totals.severity}>
      {counts.map((severity) => (
        <span key={severity}>
          <StateMark severity={severity} size={18} />{' '}
          {t('screen.totals', { count: totals[severity], what: t(`screen.severity.${severity}`) })}
        </span>
      ))}
      {totals.noData > 0 ? (
        <span>
          <StateMark severity="no-data" size={18} /> {totals.noData}{' '}
          <span className={styles.word}>{t('screen.severity.no-data')}</span>
        </span>
      ) : null}
      {totals.ok > 0 ? (
        <span className={styles.ok}>
          <StateMark severity="none" size={18} /> {totals.ok}{' '}
          <span className={styles.word}>{t('screen.severity.none')}</span>
        </span>
      ) : null}
    </p>
  );
}
