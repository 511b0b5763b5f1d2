import { useId } from 'react';
import { Ago, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { EvidenceView, Severity } from '#shared/contract';
import styles from './instance-panel.module.css';
import { evidenceSeverity } from './verdict.ts';

/** What each source says of an instance, since when, and why it is believed or not. */
export function EvidenceList({ evidence, severity }: { evidence: EvidenceView[]; severity: Severity }) {
  const { t, say } = useWords();
  const id = useId();
  return (
    <div>
      <h3 id={id} className={styles.subtitle}>
        {t('screen.evidence.title')}
      </h3>
      <ul className={styles.evidence} aria-labelledby={id}>
        {evidence.map((item) => (
          <li key={item.class} data-says={item.says}>
            <StateMark severity={evidenceSeverity(item.says, severity)} size={16} digit={false} />
            <span className={styles.source}>{t(`screen.evidence.${item.class}`)}</span>
            <span className={styles.says}>{t(`screen.says.${item.says}`)}</span>
            <span className={styles.age}>
              {item.atMs === null ? (
                item.says === 'nothing' ? (
                  '—'
                ) : (
                  t('screen.evidence.never')
                )
              ) : (
                <Ago atMs={item.atMs} />
              )}
            </span>
            <span className={styles.because}>{say(item.reason)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
