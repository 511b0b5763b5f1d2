import { useId, useState } from 'react';
import { Button, Moment, Problem, TextField } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { PolicyView } from '#shared/contract';
import { type CalendarText, readCalendar, textOfCalendar } from './calendar-text.ts';
import styles from './policy-panel.module.css';

/** What the calendar has hold now, and what comes next; nothing where there is no calendar. */
export function CalendarNow({ policy: { calendar, holds } }: { policy: PolicyView }) {
  const { t } = useWords();
  if (calendar === null) return null;
  if (calendar === 'unreadable') return <Problem>{t('screen.calendar.unreadable')}</Problem>;
  const { phase, mode, next } = holds;
  const outside = t('screen.calendar.outside');
  return (
    <p className={styles.armed}>
      {t('screen.calendar.now', { phase: phase ?? outside, mode: t(`screen.policy.${mode}`) })}
      {next ? (
        <>
          {' · '}
          {t('screen.calendar.next', { phase: next.phase ?? outside, mode: t(`screen.policy.${next.mode}`) })}{' '}
          <Moment atMs={next.atMs} />
        </>
      ) : null}
    </p>
  );
}

/** Writes, changes or removes the calendar, for every console. */
export function CalendarForm({ policy: { calendar }, pairKey }: { policy: PolicyView; pairKey: string }) {
  const { t, say } = useWords();
  const id = useId();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  const [text, setText] = useState(() => textOfCalendar(calendar));
  const read = readCalendar(text);
  const wrong = 'wrong' in read ? read.wrong : null;
  const write = (part: Partial<CalendarText>) => setText({ ...text, ...part });
  const by = operator ? { operator } : {};
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if ('calendar' in read) void ask('pair.setCalendar', { pairKey, calendar: read.calendar, ...by });
      }}
    >
      <p className={styles.what}>{t('screen.calendar.what')}</p>
      <TextField
        label={t('screen.calendar.zone')}
        problem={wrong === 'zone' ? t('screen.calendar.zone.wrong') : undefined}
        value={text.zone}
        onChange={(event) => write({ zone: event.target.value })}
      />
      <label className={styles.area} htmlFor={id}>
        {t('screen.calendar.phases')}
        <textarea
          id={id}
          rows={6}
          spellCheck={false}
          value={text.phases}
          aria-invalid={typeof wrong === 'number' || undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => write({ phases: event.target.value })}
        />
      </label>
      <p className={styles.what} id={`${id}-hint`}>
        {typeof wrong === 'number'
          ? t('screen.calendar.line.wrong', { line: wrong })
          : t('screen.calendar.phases.hint')}
      </p>
      <TextField
        label={t('screen.calendar.holidays')}
        hint={t('screen.calendar.holidays.hint')}
        problem={wrong === 'holidays' ? t('screen.calendar.holidays.wrong') : undefined}
        value={text.holidays}
        onChange={(event) => write({ holidays: event.target.value })}
      />
      <OperatorField />
      <div className={styles.buttons}>
        {calendar === null ? null : (
          <Button busy={busy} onClick={() => void ask('pair.setCalendar', { pairKey, calendar: null, ...by })}>
            {t('screen.calendar.remove')}
          </Button>
        )}
        <Button type="submit" kind="main" busy={busy} disabled={wrong !== null}>
          {t('screen.calendar.save')}
        </Button>
      </div>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </form>
  );
}
