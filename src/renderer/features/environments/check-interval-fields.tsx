import { useState } from 'react';
import { useFormContext } from 'react-hook-form';
import { TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { CHECK_IDS, type CheckSchedule, checkIntervalMs } from '#shared/domain';
import styles from './environments.module.css';
import type { FormValues } from './form-values.ts';
import { optionalNumber } from './optional-number.ts';
import { problemAt } from './problems.ts';

interface CheckIntervalFieldsProps {
  at: 'checkIntervals' | `pairs.${number}.checkIntervals`;
}

/** How often single checks are made, folded away: few ever say so. Once unfolded the fields stay. */
export function CheckIntervalFields({ at }: CheckIntervalFieldsProps) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  return (
    <details className={styles.timeouts} data-testid="check-intervals" onToggle={() => setShown(true)}>
      <summary>{t('screen.form.checkIntervals')}</summary>
      {isShown ? <Fields at={at} /> : null}
    </details>
  );
}

/** What is left empty is as the layer below says: a pair's as its environment's, that as the interval of all checks. */
function Fields({ at }: CheckIntervalFieldsProps) {
  const words = useWords();
  const { t, say, f } = words;
  const { register, watch, formState } = useFormContext<FormValues>();
  const [baseMs, intervals] = watch(['checkIntervalMs', 'checkIntervals']);
  const [own, environment]: [CheckSchedule, CheckSchedule] =
    at === 'checkIntervals'
      ? [{}, { checkIntervalMs: baseMs }]
      : [
          { checkIntervalMs: watch(`pairs.${indexOf(at)}.checkIntervalMs`) },
          { checkIntervalMs: baseMs, checkIntervals: intervals },
        ];
  const inherited = (id: string) => {
    const intervalMs = checkIntervalMs(id, own, environment);
    return intervalMs === undefined
      ? t('screen.form.checkInterval.hint')
      : t('screen.form.inherit', { value: f.number(intervalMs) });
  };
  return (
    <div className={styles.grid}>
      {CHECK_IDS.map((id) => (
        <TextField
          key={id}
          label={say({ key: `check.title.${id}`, params: {} })}
          type="number"
          placeholder={inherited(id)}
          problem={problemAt(formState.errors, `${at}.${id}`, words)}
          {...register(`${at}.${id}`, { setValueAs: optionalNumber })}
        />
      ))}
    </div>
  );
}

const indexOf = (at: string): number => Number(at.split('.')[1]);
