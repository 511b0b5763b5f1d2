import { useFormContext } from 'react-hook-form';
import { SelectField, TextField } from '#renderer/components';
import { PasswordKeeper } from '#renderer/features/secrets';
import { useWords } from '#renderer/i18n';
import { zooKeeperAccount } from '#shared/domain';
import type { FormValues } from './form-values.ts';
import { problemAt } from './problems.ts';

/** Who the console is to ZooKeeper, where nodes are protected. The password goes to main's secret store by itself. */
export function ZooKeeperLogin() {
  const words = useWords();
  const { t } = words;
  const { register, watch, formState } = useFormContext<FormValues>();
  const { type, user } = watch('zookeeper.digest');
  const id = watch('id');
  return (
    <>
      <SelectField
        label={t('screen.setup.auth')}
        hint={t('screen.setup.auth.hint')}
        {...register('zookeeper.digest.type')}
      >
        <option value="">{t('screen.setup.auth.none')}</option>
        <option value="digest">{t('screen.setup.auth.digest')}</option>
      </SelectField>
      {type === 'digest' ? (
        <>
          <TextField
            label={t('screen.setup.user')}
            problem={problemAt(formState.errors, 'zookeeper.digest.user', words)}
            {...register('zookeeper.digest.user')}
          />
          <TextField
            label={t('screen.setup.passwordEnv')}
            hint={t('screen.setup.passwordEnv.hint')}
            placeholder="KUANTU_ZOOKEEPER_PASSWORD"
            problem={problemAt(formState.errors, 'zookeeper.digest.passwordEnv', words)}
            {...register('zookeeper.digest.passwordEnv')}
          />
          <PasswordKeeper
            {...(id === '' ? { host: '', user } : zooKeeperAccount(id, user.trim()))}
            label={t('screen.zookeeper.password', { user: user.trim() || '…' })}
          />
        </>
      ) : null}
    </>
  );
}
