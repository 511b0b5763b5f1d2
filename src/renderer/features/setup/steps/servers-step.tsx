import { useState } from 'react';
import { Button, Problem } from '#renderer/components';
import { PasswordKeeper } from '#renderer/features/secrets';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import { serverIndexes } from '#shared/setup';
import { useWizard } from '../context.ts';
import { DraftCheck, DraftNumber, DraftSelect, DraftText } from '../fields.tsx';
import styles from '../setup.module.css';

/** The two servers, as each of those who reach them sees them. */
export function ServersStep() {
  const { draft } = useWizard();
  return (
    <div className={styles.two} data-single={draft.values.mode === 'single' || undefined}>
      {serverIndexes(draft.values).map((index) => (
        <Server key={index} index={index} />
      ))}
    </div>
  );
}

function Server({ index }: { index: 0 | 1 }) {
  const { t } = useWords();
  const { draft } = useWizard();
  const { nat, access } = draft.values.servers[index];
  const name = draft.values.node.instances[index].name || (index === 0 ? 'A' : 'B');
  const at = `servers.${index}`;
  return (
    <fieldset className={styles.server}>
      <legend>{t('screen.setup.server', { name })}</legend>
      <DraftText
        field={`${at}.host`}
        label={t('screen.setup.host')}
        hint={t('screen.setup.host.hint')}
        placeholder="10.0.0.11"
      />
      <DraftCheck field={`${at}.nat`} label={t('screen.setup.nat')} hint={t('screen.setup.nat.hint')} />
      {nat ? (
        <div className={styles.inner}>
          {draft.values.mode === 'single' ? null : (
            <DraftText
              field={`${at}.peer.host`}
              label={t('screen.setup.peerHost')}
              hint={t('screen.setup.peerHost.hint')}
            />
          )}
          <DraftText
            field={`${at}.registered.host`}
            label={t('screen.setup.registeredHost')}
            hint={t('screen.setup.registeredHost.hint')}
          />
          <DraftText
            field={`sharing.hosts.${index}.own`}
            label={t('screen.setup.sync.own')}
            hint={t('screen.setup.own.hint')}
          />
        </div>
      ) : null}
      <DraftSelect field={`${at}.access.type`} label={t('screen.setup.access')} hint={t('screen.setup.access.hint')}>
        <option value="none">{t('screen.setup.access.none')}</option>
        <option value="ssh">{t('screen.setup.access.ssh')}</option>
        <option value="local">{t('screen.setup.access.local')}</option>
      </DraftSelect>
      {access.type === 'ssh' ? <SshFields index={index} /> : null}
      {access.type === 'none' ? null : (
        <DraftCheck field={`${at}.access.sudo`} label={t('screen.setup.sudo')} hint={t('screen.setup.sudo.hint')} />
      )}
      <DraftText
        field={`${at}.redoDirectory`}
        label={t('screen.setup.redo')}
        hint={t('screen.setup.redo.hint')}
        placeholder="/data/kuantu/share"
      />
      <DraftText field={`${at}.process`} label={t('screen.setup.process')} hint={t('screen.setup.process.hint')} />
    </fieldset>
  );
}

function SshFields({ index }: { index: 0 | 1 }) {
  const { t } = useWords();
  const { draft } = useWizard();
  const server = draft.values.servers[index];
  const { access } = server;
  const { auth } = access;
  const at = `servers.${index}.access`;
  return (
    <div className={styles.inner}>
      <div className={styles.pairOfFields}>
        <DraftText field={`${at}.user`} label={t('screen.setup.sshUser')} />
        <DraftNumber field={`${at}.port`} label={t('screen.setup.sshPort')} />
      </div>
      <DraftSelect field={`${at}.auth`} label={t('screen.setup.sshAuth')}>
        <option value="agent">{t('screen.setup.sshAuth.agent')}</option>
        <option value="key">{t('screen.setup.sshAuth.key')}</option>
        <option value="password">{t('screen.setup.sshAuth.password')}</option>
      </DraftSelect>
      {auth === 'key' ? (
        <>
          <DraftText field={`${at}.keyFile`} label={t('screen.setup.keyFile')} placeholder="~/.ssh/id_ed25519" />
          <DraftText field={`${at}.passphraseEnv`} label={t('screen.setup.passphraseEnv')} />
        </>
      ) : null}
      {auth === 'password' ? (
        <>
          <DraftText
            field={`${at}.passwordEnv`}
            label={t('screen.setup.sshPasswordEnv')}
            hint={t('screen.setup.sshPasswordEnv.hint')}
          />
          <PasswordKeeper host={(access.host || server.host).trim()} user={access.user.trim()} />
        </>
      ) : null}
      <details>
        <summary>{t('screen.setup.more')}</summary>
        <div className={styles.inner}>
          <DraftText field={`${at}.host`} label={t('screen.setup.sshHost')} hint={t('screen.setup.sshHost.hint')} />
          <DraftText
            field={`${at}.knownHostsFile`}
            label={t('screen.setup.knownHosts')}
            placeholder="~/.ssh/known_hosts"
          />
        </div>
      </details>
      <TrustKey index={index} />
    </div>
  );
}

/** Where the server shows a key that nothing is known of: the implementer compares it, and says that it is the right one. */
function TrustKey({ index }: { index: 0 | 1 }) {
  const { t, say } = useWords();
  const link = useLink();
  const { draft } = useWizard();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);
  const item = draft.view.draft.probes.servers?.items.find(({ id }) => id === `access ${index}`);
  if (item?.remedy?.key !== 'setup.remedy.trustKey') return problem ? <Problem>{say(problem)}</Problem> : null;
  const { id } = draft.view.draft;
  const fingerprint = String(item.reason.params.fingerprint ?? '');
  async function trust() {
    setBusy(true);
    setProblem(null);
    try {
      await link.call('setup.trust', { id, server: index, fingerprint }, 30_000);
      await link.call('setup.probe', { id, step: 'servers' });
    } catch (error) {
      setProblem(saidOf(error));
    }
    setBusy(false);
  }
  return (
    <div className={styles.trust}>
      <pre className={styles.evidence}>{item.evidence.join('\n')}</pre>
      <Button busy={busy} onClick={trust}>
        {t('screen.setup.trust')}
      </Button>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </div>
  );
}
