import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Problem, TextField } from '#renderer/components';
import { useAsking } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { SecretPlace } from '#shared/contract';
import styles from './password-keeper.module.css';

/** An account whose name is being typed is not looked up letter by letter. */
const LOOK_AFTER_MS = 400;

/**
 * The password of an account of a server, or of ZooKeeper, which is called by its own label. What is typed goes to main's secret store at once, apart from the form, and is
 * nowhere on the screen afterwards.
 */
export function PasswordKeeper({ host, user, label }: { host: string; user: string; label?: string }) {
  const { t, say } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const { ask, busy, problem } = useAsking();
  const { ask: lookUp } = useAsking();
  const [known, setKnown] = useState<{ place: SecretPlace; stored: boolean } | null>(null);
  const isNamed = host !== '' && user !== '';

  const look = useCallback(() => {
    if (isNamed) void lookUp('secrets.look', { host, user }, setKnown);
    else setKnown(null);
  }, [lookUp, isNamed, host, user]);
  useEffect(() => {
    const timer = setTimeout(look, LOOK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [look]);

  async function keep() {
    const password = input.current?.value ?? '';
    if (password === '') return;
    if (await ask('secrets.set', { host, user, password })) {
      if (input.current) input.current.value = '';
      look();
    }
  }
  return (
    <div className={styles.keeper}>
      <TextField
        ref={input}
        label={label ?? t('screen.server.password', { account: isNamed ? `${user}@${host}` : '…' })}
        hint={known ? t(`screen.server.password.${known.stored ? 'stored' : 'none'}`) : undefined}
        type="password"
        autoComplete="new-password"
      />
      <div className={styles.actions}>
        <Button small busy={busy} disabled={!isNamed} onClick={keep}>
          {t('screen.server.password.keep')}
        </Button>
        {known?.stored ? (
          <Button
            small
            busy={busy}
            onClick={async () => {
              if (await ask('secrets.remove', { host, user })) look();
            }}
          >
            {t('screen.server.password.forget')}
          </Button>
        ) : null}
      </div>
      {known ? (
        <p className={styles.place} data-secret-place={known.place}>
          {t(`screen.server.place.${known.place}`)}
        </p>
      ) : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </div>
  );
}
