import { Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { ImportProblem } from '#shared/contract';
import styles from './import.module.css';

/** Why a file is not taken: every place, and what is wrong there. */
export function ImportProblems({ problems }: { problems: readonly ImportProblem[] }) {
  const { t, say } = useWords();
  return (
    <>
      <Problem>{t('screen.exchange.refused')}</Problem>
      <ul className={styles.sentences}>
        {problems.map(({ pointer, line, column, message }) => (
          <li key={`${pointer} ${line} ${column} ${message.key}`}>
            <code>{pointer || t('screen.exchange.whole')}</code> ({t('screen.exchange.place', { line, column })}):{' '}
            {say(message)}
          </li>
        ))}
      </ul>
    </>
  );
}
