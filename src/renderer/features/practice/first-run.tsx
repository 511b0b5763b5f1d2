import { Button, ButtonLink, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { NEW_ENVIRONMENT, SETUP } from '#renderer/places';
import { useAppInfo } from '#renderer/state';
import styles from './first-run.module.css';
import { usePractice } from './use-practice.ts';

/** The page of a console without environments: practise first, or add one. */
export function FirstRun() {
  const { t, say } = useWords();
  const info = useAppInfo();
  const { busy, problem, start } = usePractice();
  const available = info?.practiceAvailable ?? true;
  return (
    <section className={styles.page} aria-labelledby="first-run">
      <Picture />
      <h2 id="first-run">{t('screen.firstRun.title')}</h2>
      <p className={styles.text}>{t(available ? 'screen.firstRun.text' : 'screen.firstRun.noPractice')}</p>
      {available ? (
        <Button kind="main" className={styles.start} busy={busy} onClick={start} data-testid="start-practice">
          {t(busy ? 'screen.practice.starting' : 'screen.practice.start')}
        </Button>
      ) : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {available ? (
        <a href={SETUP}>{t('screen.setup.title')}</a>
      ) : (
        <ButtonLink kind="main" href={SETUP}>
          {t('screen.setup.title')}
        </ButtonLink>
      )}
      <a href={NEW_ENVIRONMENT}>{t('screen.environments.add')}</a>
    </section>
  );
}

/** Two servers under one route: what the product is about. */
function Picture() {
  return (
    <svg width="220" height="96" viewBox="0 0 220 96" aria-hidden="true" className={styles.picture}>
      <path d="M110 8v18M110 26H55v14" strokeWidth="2.5" />
      <path d="M110 26h55v14" strokeWidth="2" strokeDasharray="3 5" />
      <circle cx="110" cy="8" r="5" className={styles.solid} />
      <rect x="15" y="41" width="80" height="46" rx="5" strokeWidth="2.5" />
      <path d="M27 64h12l5-12 8 22 6-10h24" strokeWidth="2.5" />
      <rect x="125" y="41" width="80" height="46" rx="5" strokeWidth="2" strokeDasharray="4 4" />
      <path d="M137 64h56" strokeWidth="2" strokeDasharray="2 5" />
    </svg>
  );
}
