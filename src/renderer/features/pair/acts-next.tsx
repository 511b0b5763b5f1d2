import { useWords } from '#renderer/i18n';
import type { ForesightView, PairState } from '#shared/contract';
import type { Message } from '#shared/domain';
import { useLetGoSeconds } from './let-go.ts';
import styles from './pair-header.module.css';

/** The states in which an operator wants to know, before anything else, whether the pair is helped without him. */
const WHERE_ASKED: ReadonlySet<PairState> = new Set(['suspect', 'outage', 'switching']);

interface ActsNextProps {
  state: PairState;
  /** Absent: not told. */
  foresight: ForesightView | undefined;
  /** What stands beneath in words already. */
  known: readonly Message[];
}

/** What happens without the operator in a trouble: who does it and when at the latest, or what keeps it from happening. */
export function ActsNext({ state, foresight, known }: ActsNextProps) {
  const { t, f, say } = useWords();
  const seconds = useLetGoSeconds(foresight?.letGo ?? null);
  if (!foresight || !WHERE_ASKED.has(state)) return null;
  const { heldBy } = foresight;
  const first = heldBy.find(({ key }) => known.every((said) => said.key !== key));
  return (
    <p className={styles.actsNext} data-testid="acts-next" data-key={foresight.sentence.key}>
      <span className={styles.actsNextLabel}>{t('screen.foresight.actor')}</span>{' '}
      {first ? (
        <>
          {t('screen.foresight.heldBy', { why: say(first) })}
          {heldBy.length > 1 ? t('screen.foresight.heldMore', { count: heldBy.length - 1 }) : null}
        </>
      ) : (
        <>
          {seconds !== null && seconds > 0 && foresight.sentence.key === 'foresight.waiting' ? (
            <strong data-left={seconds}>{t('screen.foresight.atMost', { time: f.duration(seconds * 1_000) })}</strong>
          ) : null}{' '}
          {say(foresight.sentence)}
        </>
      )}
    </p>
  );
}
