import { useFormContext } from 'react-hook-form';
import { SelectField, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { CommandFields } from './command-fields.tsx';
import styles from './environments.module.css';
import type { FormValues } from './form-values.ts';
import { problemAt } from './problems.ts';
import { ServerFields } from './server-fields.tsx';

interface InstanceFieldsProps {
  pair: number;
  index: 0 | 1;
}

/** One instance: its name, where it listens, what the console's beats carry, how its process can be looked at. */
export function InstanceFields({ pair, index }: InstanceFieldsProps) {
  const words = useWords();
  const { t } = words;
  const { register, watch, formState } = useFormContext<FormValues>();
  const at = `pairs.${pair}.instances.${index}` as const;
  const credential = watch(`${at}.credential`);
  const problem = (field: string) => problemAt(formState.errors, `${at}.${field}`, words);
  const storedHint = credential.stored === credential.system ? t('screen.form.storedHint') : undefined;
  return (
    <fieldset className={styles.instance}>
      <legend>{t('screen.form.instance', { number: index + 1 })}</legend>
      <TextField label={t('screen.form.instanceName')} problem={problem('name')} {...register(`${at}.name`)} />
      <TextField label={t('screen.form.host')} problem={problem('host')} {...register(`${at}.host`)} />
      <TextField
        label={t('screen.form.t2Port')}
        type="number"
        problem={problem('t2Port')}
        {...register(`${at}.t2Port`, { valueAsNumber: true })}
      />
      <TextField
        label={t('screen.form.f2Port')}
        type="number"
        problem={problem('f2Port')}
        {...register(`${at}.f2Port`, { valueAsNumber: true })}
      />
      <SelectField
        label={t('screen.form.credential')}
        problem={problem('credential')}
        {...register(`${at}.credential.system`)}
      >
        <option value="">{t('screen.form.credential.none')}</option>
        <option value="O3">{t('screen.form.credential.O3')}</option>
        <option value="O45">{t('screen.form.credential.O45')}</option>
      </SelectField>
      {credential.system === 'O3' ? (
        <TextField
          label="session_id"
          type="password"
          autoComplete="new-password"
          hint={storedHint}
          problem={problem('credential.sessionId')}
          {...register(`${at}.credential.sessionId`)}
        />
      ) : null}
      {credential.system === 'O45' ? (
        <TextField
          label="user_token"
          type="password"
          autoComplete="new-password"
          hint={storedHint}
          problem={problem('credential.userToken')}
          {...register(`${at}.credential.userToken`)}
        />
      ) : null}
      <SelectField
        label={t('screen.form.hostCheck')}
        hint={t('screen.form.hostCheck.hint')}
        problem={problem('hostCheck')}
        {...register(`${at}.hostCheck`)}
      >
        <option value="none">{t('screen.form.hostCheck.none')}</option>
        <option value="local">{t('screen.form.hostCheck.local')}</option>
        <option value="ssh">{t('screen.form.hostCheck.ssh')}</option>
      </SelectField>
      <CommandFields at={at} />
      <ServerFields at={at} />
    </fieldset>
  );
}
