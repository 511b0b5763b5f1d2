import { useState } from 'react';
import { Button, Moment, Problem, StateMark } from '#renderer/components';
import { useAsking } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { CheckHistoryEntry } from '#shared/contract';
import type { CheckName } from '#shared/domain';
import { VERDICT_MARKS } from './check-marks.ts';
import styles from './checks-panel.module.css';

/** As many as stand below a check; the journal has more. */
const SHOWN = 20;

/** What a check found before, as the journal has it: one line for as long as it found the same. */
export function CheckHistory({ pairKey, only }: { pairKey: string; only: CheckName }) {
  const { t, say } = useWords();
  const { ask, busy, problem } = useAsking();
  const [entries, setEntries] = useState<CheckHistoryEntry[] | null>(null);
  const { id, host } = only;
  if (entries === null)
    return (
      <>
        <Button
          small
          busy={busy}
          onClick={() => void ask('pair.checkHistory', { pairKey, check: id, host, limit: SHOWN }, setEntries)}
        >
          {t('screen.checks.history')}
        </Button>
        {problem ? <Problem>{say(problem)}</Problem> : null}
      </>
    );
  return (
    <ol className={styles.history} aria-label={t('screen.checks.history')}>
      {entries.length === 0 ? <li>{t('screen.checks.history.none')}</li> : null}
      {entries.map(({ id: entry, firstAtMs, lastAtMs, times, check }) => (
        <li key={entry} data-result={check.result}>
          <StateMark severity={VERDICT_MARKS[check.result]} size={14} digit={false} />
          <span>
            <Moment atMs={firstAtMs} /> – <Moment atMs={lastAtMs} /> ·{' '}
            {t('screen.checks.history.times', { count: times })}
          </span>
          <span>{say(check.reason)}</span>
        </li>
      ))}
    </ol>
  );
}
