import { useState } from 'react';
import { Button, CopyButton, Problem, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import type { SharingTexts } from '#shared/setup';
import { useWizard } from './context.ts';
import { withRemedy } from './fields.tsx';
import styles from './setup.module.css';

/** Everything to be done on both servers and on a router between them, as texts to be copied. */
export function SharingTextsPanel() {
  const words = useWords();
  const { t, say } = words;
  const link = useLink();
  const { draft } = useWizard();
  const [texts, setTexts] = useState<SharingTexts | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);

  async function show() {
    setProblem(null);
    try {
      await draft.flush();
      setTexts(await link.call('setup.texts', { id: draft.view.draft.id }));
    } catch (error) {
      setProblem(saidOf(error));
    }
  }
  const hosts = [...new Set(texts?.items.map(({ host }) => host))];
  return (
    <section
      className={styles.probe}
      aria-label={t('screen.setup.sync.texts')}
      data-texts={texts ? texts.items.length : 'none'}
    >
      <header className={styles.probeHeader}>
        <h2>{t('screen.setup.sync.texts')}</h2>
        <span className={styles.grow} />
        <Button small onClick={show}>
          {t(texts ? 'screen.setup.sync.texts.again' : 'screen.setup.sync.texts.show')}
        </Button>
      </header>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {texts?.problems.map(({ reason, remedy }) => (
        <Problem key={`${reason.key} ${JSON.stringify(reason.params)}`}>
          {withRemedy(words, { reason, remedy })}
        </Problem>
      ))}
      {hosts.map((host) => (
        <div key={host}>
          <h3>{host}</h3>
          <ul className={styles.items}>
            {texts?.items
              .filter((item) => item.host === host)
              .map(({ id, path, content, why, isAlternative }) => (
                <li key={id} data-text={id}>
                  <div className={styles.textHeader}>
                    <span className={styles.grow}>{say(why)}</span>
                    {isAlternative ? <Tag>{t('screen.setup.sync.texts.alternative')}</Tag> : null}
                    <CopyButton text={content} what={id} />
                  </div>
                  <p className={styles.muted}>
                    {path ? t('screen.setup.sync.texts.into', { path }) : t('screen.setup.sync.texts.run')}
                  </p>
                  <pre className={styles.evidence}>{content}</pre>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
