import { useEffect, useState } from 'react';
import { Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import { EnvironmentForm } from './environment-form.tsx';
import styles from './environments.module.css';
import { type FormValues, fromEnvironment, newEnvironment } from './form-values.ts';

/** The form of an environment that is not there yet. */
export function NewEnvironmentPage() {
  return <EnvironmentForm initial={newEnvironment()} replaces={null} />;
}

/** Fetches an environment, without its secrets, and edits it. */
export function EditEnvironmentPage({ id }: { id: string }) {
  const { t, say } = useWords();
  const link = useLink();
  const [initial, setInitial] = useState<FormValues | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);

  useEffect(() => {
    let wanted = true;
    link
      .call('environments.get', { id })
      .then(({ environment, storedCredentials }) => {
        if (wanted) setInitial(fromEnvironment(environment, storedCredentials));
      })
      .catch((error: unknown) => {
        if (wanted) setProblem(saidOf(error));
      });
    return () => {
      wanted = false;
    };
  }, [link, id]);

  if (problem) return <Problem>{say(problem)}</Problem>;
  if (!initial) return <p className={styles.muted}>{t('screen.waiting')}</p>;
  return <EnvironmentForm key={id} initial={initial} replaces={id} />;
}
