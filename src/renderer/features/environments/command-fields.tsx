import { get, useFormContext } from 'react-hook-form';
import { SelectField, TextAreaField, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { COMMAND_PURPOSES } from '#shared/domain';
import styles from './environments.module.css';
import type { FormValues } from './form-values.ts';
import { problemAt } from './problems.ts';

interface CommandFieldsProps {
  at: `pairs.${number}.instances.${0 | 1}`;
}

/** What the console may run for an instance: one argument a line, the program first; empty: nothing. */
export function CommandFields({ at }: CommandFieldsProps) {
  const words = useWords();
  const { t } = words;
  const { register, watch, formState } = useFormContext<FormValues>();
  const given = watch(`${at}.commands`);
  /** Of the list as a whole, or of the first line that is wrong. */
  const problemOf = (purpose: (typeof COMMAND_PURPOSES)[number]) => {
    const path = `${at}.commands.${purpose}.arguments`;
    const found: unknown = get(formState.errors, path);
    const line = Array.isArray(found) ? found.findIndex((one) => one !== undefined) : -1;
    return line < 0 ? problemAt(formState.errors, path, words) : problemAt(formState.errors, `${path}.${line}`, words);
  };
  return (
    <details className={styles.commands} open={COMMAND_PURPOSES.some((purpose) => problemOf(purpose))}>
      <summary>{t('screen.command.title')}</summary>
      <p className={styles.muted}>{t('screen.command.hint')}</p>
      {COMMAND_PURPOSES.map((purpose) => (
        <div key={purpose} className={styles.command}>
          <TextAreaField
            label={t(`screen.command.${purpose}`)}
            hint={t(`screen.command.${purpose}.hint`)}
            rows={given[purpose].text === '' ? 2 : 5}
            problem={problemOf(purpose)}
            {...register(`${at}.commands.${purpose}.text`)}
          />
          {given[purpose].text === '' ? null : (
            <TextField
              label={t('screen.command.timeout', { command: t(`screen.command.${purpose}`) })}
              type="number"
              problem={problemAt(formState.errors, `${at}.commands.${purpose}.timeoutMs`, words)}
              {...register(`${at}.commands.${purpose}.timeoutMs`, { valueAsNumber: true })}
            />
          )}
          {purpose === 'fence' && given.fence.text !== '' ? (
            <SelectField
              label={t('screen.command.requirement')}
              hint={t('screen.command.requirement.hint')}
              {...register(`${at}.commands.fence.requirement`)}
            >
              <option value="optional">{t('screen.command.optional')}</option>
              <option value="required">{t('screen.command.required')}</option>
            </SelectField>
          ) : null}
        </div>
      ))}
    </details>
  );
}
