import { Button, ButtonLink, Panel, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { goTo, pairHref } from '#renderer/places';
import { useAppInfo } from '#renderer/state';
import styles from './practice-panel.module.css';
import { usePractice } from './use-practice.ts';

/** A practice pair with the names, policy and time-outs of a configured one, to rehearse on. */
export function TwinPanel({ pairKey }: { pairKey: string }) {
  const { t, say } = useWords();
  const info = useAppInfo();
  const { practice, busy, problem, startTwin } = usePractice();
  if (!practice || info?.practiceAvailable === false) return null;
  const isItsTwin = practice.twinOf === pairKey;
  const isOther = practice.pairKey !== null && !isItsTwin;

  async function start() {
    const twin = await startTwin(pairKey);
    if (twin !== null) goTo(pairHref(twin));
  }
  return (
    <Panel title={t('screen.practice.twin')}>
      <p className={styles.text}>{t(isOther ? 'screen.practice.twin.other' : 'screen.practice.twin.text')}</p>
      <p className={styles.twin}>
        {isItsTwin && practice.pairKey !== null ? (
          <ButtonLink small href={pairHref(practice.pairKey)}>
            {t('screen.practice.twin.open')}
          </ButtonLink>
        ) : (
          <Button small busy={busy} disabled={isOther} onClick={start}>
            {t(busy ? 'screen.practice.starting' : 'screen.practice.twin.start')}
          </Button>
        )}
      </p>
      {problem && !isOther ? <Problem>{say(problem)}</Problem> : null}
    </Panel>
  );
}
