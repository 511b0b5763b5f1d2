import { StateMark } from '#renderer/components';
import { useWords, type Words } from '#renderer/i18n';
import type { SwitchoverData } from '#shared/domain';
import styles from './data-result.module.css';

interface DataResultProps {
  data: SwitchoverData | null;
  /** Whether there must be one: then that it is not known is said. */
  expected: boolean;
}

/** What a switchover did to the data. That nothing is missing is said quietly; anything else stands out. */
export function DataResult({ data, expected }: DataResultProps) {
  const words = useWords();
  const { t, f } = words;
  if (data === null)
    return expected ? (
      <p className={styles.data} data-testid="switchover-data" data-lost="unknown">
        <Standing severity="no-data">{t('screen.switchover.data.notKnown')}</Standing>
      </p>
    ) : null;
  const { acknowledged, present, lost, duplicated } = data;
  return (
    <p className={styles.data} data-testid="switchover-data" data-lost={lost ?? 'unknown'}>
      <span>
        {t('screen.switchover.data.acknowledged')}{' '}
        {acknowledged === null ? t('screen.check.unknown') : f.number(acknowledged)}
      </span>
      <span>
        {t('screen.switchover.data.present')} {f.number(present)}
      </span>
      {lost === 0 ? <span>{lostWords(words, data)}</span> : <Standing severity="p2">{lostWords(words, data)}</Standing>}
      {duplicated === 0 ? (
        <span>{t('screen.switchover.data.duplicated', { count: 0 })}</span>
      ) : (
        <Standing severity="p2">{t('screen.switchover.data.duplicated', { count: f.number(duplicated) })}</Standing>
      )}
    </p>
  );
}

/** What is missing, as exactly as it is known. */
function lostWords({ t, f }: Words, { lost, lossBound }: SwitchoverData): string {
  if (lost !== null) return t('screen.switchover.data.lost', { count: f.number(lost) });
  return lossBound === null
    ? t('screen.switchover.data.lostUnknown')
    : t('screen.switchover.data.lostAtMost', { bound: f.number(lossBound) });
}

function Standing({ severity, children }: { severity: 'p2' | 'no-data'; children: string }) {
  return (
    <strong className={styles.standing} data-severity={severity}>
      <StateMark severity={severity} size={18} digit={false} inverse />
      {children}
    </strong>
  );
}
