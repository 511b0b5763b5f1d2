import { useWords } from '#renderer/i18n';
import styles from './also.module.css';

/** What else the very same is said of. */
export function Also({ titles }: { titles: readonly string[] }) {
  const { t } = useWords();
  if (titles.length === 0) return null;
  const listed = titles.join(t('screen.checks.also.separator'));
  return <span className={styles.also}>{t('screen.checks.also', { count: titles.length, checks: listed })}</span>;
}
