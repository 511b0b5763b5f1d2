import { Fact, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { DataStatus } from '#shared/domain';
import styles from './data-panel.module.css';
import { databaseSeverity } from './judged.ts';

/** The writer to the local database (F7, F16); nothing where none is configured. */
export function DatabaseFacts({ data, serves }: { data: DataStatus; serves: boolean }) {
  const { t, say, f } = useWords();
  const { state, reason, backlog, persistedLsn, matchesPeer } = data.todb;
  if (state === 'off') return null;
  const severity = databaseSeverity(data, serves);
  const word = t(`screen.data.todb.${state}`);
  return (
    <>
      <Fact name={t('screen.data.todb')}>
        <span className={styles.sync} data-testid="todb" data-todb={state}>
          <span className={styles.marked}>
            <StateMark severity={severity} size={16} digit={false} />
            {severity === 'none' ? word : <strong>{word}</strong>}
          </span>
          {reason ? <span>{say(reason)}</span> : null}
          {serves || backlog > 0 ? (
            <span className={styles.line}>
              {t('screen.data.backlog', { count: f.number(backlog) })}
              {persistedLsn === null ? null : ` · ${t('screen.data.persisted', { lsn: f.number(persistedLsn) })}`}
            </span>
          ) : null}
        </span>
      </Fact>
      {matchesPeer === null ? null : (
        <Fact name={t('screen.data.files')}>
          <span className={styles.marked} data-files-equal={matchesPeer}>
            {matchesPeer ? null : <StateMark severity="p2" size={16} digit={false} />}
            {matchesPeer ? t('screen.data.files.equal') : <strong>{t('screen.data.files.differ')}</strong>}
          </span>
        </Fact>
      )}
    </>
  );
}
