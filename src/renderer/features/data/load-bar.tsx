import { useWords } from '#renderer/i18n';
import type { LoadProgress } from '#shared/domain';
import styles from './load-bar.module.css';

/** Records being loaded into UFT: how many of how many. */
export function LoadBar({ load: { done, total } }: { load: LoadProgress }) {
  const { t, f } = useWords();
  const words = t('screen.data.load', { done: f.number(done), total: f.number(total) });
  return (
    <span className={styles.load} data-testid="load-progress">
      <progress className={styles.bar} aria-label={t('screen.data.loading')} value={total === 0 ? 1 : done / total} />
      <span className={styles.words}>{words}</span>
    </span>
  );
}
