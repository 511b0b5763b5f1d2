import { useState } from 'react';
import { get, type Path, useFormContext } from 'react-hook-form';
import { SelectField, TextField } from '#renderer/components';
import { PasswordKeeper } from '#renderer/features/secrets';
import { useWords } from '#renderer/i18n';
import type { ScreenKey } from '#shared/i18n';
import { ConnectionTester } from './connection-tester.tsx';
import styles from './environments.module.css';
import type { FormValues } from './form-values.ts';
import { problemAt } from './problems.ts';

interface ServerFieldsProps {
  at: `pairs.${number}.instances.${0 | 1}`;
}

type Place = `pairs.${number}.instances.${0 | 1}.server`;

/** What the console is told of the server that the instance runs on, so that it can look at it. */
export function ServerFields({ at }: ServerFieldsProps) {
  const { t } = useWords();
  const { formState } = useFormContext<FormValues>();
  const [open, setOpen] = useState(false);
  const isWrong = get(formState.errors, `${at}.server`) !== undefined;
  const isOpen = open || isWrong;
  return (
    <details
      className={styles.commands}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      data-testid="server-fields"
    >
      <summary>{t('screen.server.title')}</summary>
      {isOpen ? (
        <>
          <p className={styles.muted}>{t('screen.server.hint')}</p>
          <Access at={`${at}.server`} instance={at} />
          <Mount at={`${at}.server`} />
          <Files at={`${at}.server`} />
        </>
      ) : null}
    </details>
  );
}

/** How the console gets to the server. */
function Access({ at, instance }: { at: Place; instance: ServerFieldsProps['at'] }) {
  const { t } = useWords();
  const { register, watch } = useFormContext<FormValues>();
  const access = watch(`${at}.access`);
  const field = useField(at);
  const host = access.host || watch(`${instance}.host`);
  return (
    <fieldset className={styles.part}>
      <legend>{t('screen.server.access')}</legend>
      <SelectField
        label={t('screen.server.access.type')}
        hint={t('screen.server.access.type.hint')}
        {...register(`${at}.access.type`)}
      >
        <option value="">{t('screen.server.access.none')}</option>
        <option value="local">{t('screen.server.access.local')}</option>
        <option value="ssh">{t('screen.server.access.ssh')}</option>
      </SelectField>
      {access.type === '' ? null : (
        <SelectField
          label={t('screen.server.sudo')}
          hint={t('screen.server.sudo.hint')}
          {...register(`${at}.access.sudo`, { setValueAs: (chosen: unknown) => chosen === true || chosen === 'true' })}
        >
          <option value="false">{t('screen.server.sudo.no')}</option>
          <option value="true">{t('screen.server.sudo.yes')}</option>
        </SelectField>
      )}
      {access.type === 'ssh' ? (
        <>
          <TextField {...field('access.host', 'screen.server.ssh.host', 'screen.server.ssh.host.hint')} />
          <TextField {...field('access.port', 'screen.server.ssh.port', undefined, 'number')} />
          <TextField {...field('access.user', 'screen.server.ssh.user')} />
          <SelectField label={t('screen.server.auth')} {...register(`${at}.access.auth.type`)}>
            <option value="agent">{t('screen.server.auth.agent')}</option>
            <option value="key">{t('screen.server.auth.key')}</option>
            <option value="password">{t('screen.server.auth.password')}</option>
          </SelectField>
          {access.auth.type === 'agent' ? (
            <TextField
              {...field('access.auth.socket', 'screen.server.auth.socket', 'screen.server.auth.socket.hint')}
            />
          ) : null}
          {access.auth.type === 'key' ? (
            <>
              <TextField {...field('access.auth.file', 'screen.server.auth.file', 'screen.server.auth.file.hint')} />
              <TextField
                {...field(
                  'access.auth.passphraseEnv',
                  'screen.server.auth.passphraseEnv',
                  'screen.server.auth.passphraseEnv.hint',
                )}
              />
            </>
          ) : null}
          {access.auth.type === 'password' ? (
            <TextField {...field('access.auth.env', 'screen.server.auth.env', 'screen.server.auth.env.hint')} />
          ) : null}
          <TextField {...field('access.knownHostsFile', 'screen.server.knownHosts', 'screen.server.knownHosts.hint')} />
          {access.auth.type === 'password' ? <PasswordKeeper host={host} user={access.user} /> : null}
          <ConnectionTester access={access} instanceHost={host} />
        </>
      ) : null}
    </fieldset>
  );
}

/** What should be mounted there (F3). */
function Mount({ at }: { at: Place }) {
  const words = useWords();
  const { t } = words;
  const { register, formState } = useFormContext<FormValues>();
  const field = useField(at);
  const path = `${at}.mount.options`;
  const found: unknown = get(formState.errors, path);
  const wrong = Array.isArray(found) ? found.findIndex((one) => one !== undefined) : -1;
  return (
    <fieldset className={styles.part}>
      <legend>{t('screen.server.mount')}</legend>
      <TextField {...field('mount.source', 'screen.server.mount.source', 'screen.server.mount.source.hint')} />
      <TextField {...field('mount.target', 'screen.server.mount.target', 'screen.server.mount.target.hint')} />
      <TextField {...field('mount.type', 'screen.server.mount.type', 'screen.server.mount.type.hint')} />
      <TextField
        label={t('screen.server.mount.options')}
        hint={t('screen.server.mount.options.hint')}
        problem={problemAt(formState.errors, wrong < 0 ? path : `${path}.${wrong}`, words)}
        {...register(`${at}.mount.options`)}
      />
      <SelectField
        label={t('screen.server.mount.writable')}
        {...register(`${at}.mount.writable`, {
          setValueAs: (chosen: unknown) => chosen === true || chosen === 'true',
        })}
      >
        <option value="true">{t('screen.server.mount.writable.yes')}</option>
        <option value="false">{t('screen.server.mount.writable.no')}</option>
      </SelectField>
      <TextField {...field('mount.minFreePercent', 'screen.server.mount.minFree', undefined, 'number')} />
    </fieldset>
  );
}

/** Files, services and addresses on the server. */
function Files({ at }: { at: Place }) {
  const { t } = useWords();
  const field = useField(at);
  return (
    <fieldset className={styles.part}>
      <legend>{t('screen.server.files')}</legend>
      <TextField {...field('redoDirectory', 'screen.server.redo', 'screen.server.redo.hint')} />
      <TextField {...field('todbFile', 'screen.server.todb', 'screen.server.todb.hint')} />
      <TextField {...field('database.host', 'screen.server.database.host', 'screen.server.database.hint')} />
      <TextField {...field('database.port', 'screen.server.database.port', undefined, 'number')} />
      <TextField {...field('peer.host', 'screen.server.peer.host', 'screen.server.peer.hint')} />
      <TextField {...field('peer.t2Port', 'screen.server.peer.t2', undefined, 'number')} />
      <TextField {...field('peer.f2Port', 'screen.server.peer.f2', undefined, 'number')} />
      <TextField {...field('own.host', 'screen.server.own.host', 'screen.server.own.hint')} />
      <TextField {...field('own.t2Port', 'screen.server.own.t2', undefined, 'number')} />
      <TextField {...field('own.f2Port', 'screen.server.own.f2', undefined, 'number')} />
      <TextField {...field('nfsPort', 'screen.server.nfsPort', 'screen.server.nfsPort.hint', 'number')} />
      <TextField {...field('process', 'screen.server.process', 'screen.server.process.hint')} />
    </fieldset>
  );
}

/** What a text field of the server needs: its words, its problem, its place in the form. */
function useField(at: Place) {
  const words = useWords();
  const { register, formState } = useFormContext<FormValues>();
  return (name: string, label: ScreenKey, hint?: ScreenKey, type: 'text' | 'number' = 'text') => ({
    label: words.t(label),
    hint: hint && words.t(hint),
    type,
    problem: problemAt(formState.errors, `${at}.${name}`, words),
    ...register(`${at}.${name}` as Path<FormValues>, type === 'number' ? { valueAsNumber: true } : {}),
  });
}
