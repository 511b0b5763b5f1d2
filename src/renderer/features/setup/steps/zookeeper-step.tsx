import { PasswordKeeper } from '#renderer/features/secrets';
import { useWords } from '#renderer/i18n';
import { zooKeeperAccount } from '#shared/domain';
import { useWizard } from '../context.ts';
import { DraftChoice, DraftNumber, DraftSelect, DraftText } from '../fields.tsx';
import styles from '../setup.module.css';

/** Where ZooKeeper is, who the console is there, and who may change what it makes. */
export function ZooKeeperStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  const { auth, user } = draft.values.zookeeper;
  const id = draft.values.id.trim();
  return (
    <>
      <div className={styles.grid}>
        <DraftText
          field="zookeeper.connectString"
          label={t('screen.form.connectString')}
          hint={t('screen.form.connectString.hint')}
          placeholder="10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181"
        />
        <DraftText field="zookeeper.chroot" label={t('screen.form.chroot')} hint={t('screen.form.chroot.hint')} />
        <DraftNumber
          field="zookeeper.sessionTimeoutMs"
          label={t('screen.form.sessionTimeout')}
          hint={t('screen.setup.sessionTimeout.hint')}
        />
        <DraftText
          field="zookeeper.pathTemplate"
          label={t('screen.form.pathTemplate')}
          hint={t('screen.form.pathTemplate.hint')}
        />
      </div>
      <div className={styles.grid}>
        <DraftSelect field="zookeeper.auth" label={t('screen.setup.auth')} hint={t('screen.setup.auth.hint')}>
          <option value="none">{t('screen.setup.auth.none')}</option>
          <option value="digest">{t('screen.setup.auth.digest')}</option>
        </DraftSelect>
        {auth === 'digest' ? (
          <>
            <DraftText field="zookeeper.user" label={t('screen.setup.user')} />
            <DraftText
              field="zookeeper.passwordEnv"
              label={t('screen.setup.passwordEnv')}
              hint={t('screen.setup.passwordEnv.hint')}
              placeholder="KUANTU_ZOOKEEPER_PASSWORD"
            />
            <PasswordKeeper
              {...(id === '' ? { host: '', user } : zooKeeperAccount(id, user.trim()))}
              label={t('screen.zookeeper.password', { user: user.trim() || '…' })}
            />
          </>
        ) : null}
      </div>
      <DraftChoice
        field="zookeeper.acl"
        legend={t('screen.setup.acl')}
        choices={[
          { value: 'open', label: t('screen.setup.acl.open'), text: t('screen.setup.acl.open.text') },
          { value: 'protected', label: t('screen.setup.acl.protected'), text: t('screen.setup.acl.protected.text') },
        ]}
      />
    </>
  );
}
