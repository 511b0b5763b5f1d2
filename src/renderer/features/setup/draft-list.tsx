import { useRef, useState } from 'react';
import { Ago, Banner, Button, ButtonLink, ListRow, Modal, Problem, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { goTo, setupHref } from '#renderer/places';
import { saidOf, useLink, useSetupList } from '#renderer/state';
import type { Message } from '#shared/domain';
import type { SetupSummary } from '#shared/setup';
import styles from './setup.module.css';

/** The drafts: resumed, removed, and begun. */
export function DraftList() {
  const { t, say } = useWords();
  const link = useLink();
  const list = useSetupList();
  const [problem, setProblem] = useState<Message | null>(null);
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState<SetupSummary | null>(null);

  async function begin() {
    setBusy(true);
    try {
      const { id } = await link.call('setup.create', { origin: null });
      goTo(setupHref(id, 'mode'));
    } catch (error) {
      setProblem(saidOf(error));
      setBusy(false);
    }
  }
  return (
    <div className={styles.list}>
      <header className={styles.listHeader}>
        <div>
          <h1>{t('screen.setup.title')}</h1>
          <p className={styles.muted}>{t('screen.setup.what')}</p>
        </div>
        <Button kind="main" busy={busy} onClick={begin} data-testid="setup-new">
          {t('screen.setup.new')}
        </Button>
      </header>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {list?.broken.map(({ file, reason }) => (
        <Banner key={file} severity="p3" title={t('screen.setup.broken', { file })}>
          {say(reason)}
        </Banner>
      ))}
      {list && list.drafts.length === 0 ? <p className={styles.muted}>{t('screen.setup.none')}</p> : null}
      <ul className={styles.drafts}>
        {list?.drafts.map((draft) => (
          <ListRow key={draft.id} data-draft={draft.id}>
            <div className={styles.grow}>
              <h2>
                {draft.name || t('screen.setup.unnamed')} <span className={styles.muted}>{draft.node}</span>
              </h2>
              <p className={styles.muted}>
                {t('screen.setup.at', { step: t(`screen.setup.step.${draft.step}`) })} ·{' '}
                <Ago atMs={draft.changedAtMs} />
              </p>
            </div>
            {draft.edits ? <Tag>{t('screen.setup.edits', { id: draft.edits })}</Tag> : null}
            {draft.applied ? <Tag>{t(`screen.setup.applied.${draft.applied}`)}</Tag> : null}
            <ButtonLink href={setupHref(draft.id)}>{t('screen.setup.resume')}</ButtonLink>
            <Button onClick={() => setRemoving(draft)}>{t('screen.setup.remove')}…</Button>
          </ListRow>
        ))}
      </ul>
      {removing ? <RemoveDraft draft={removing} onClose={() => setRemoving(null)} /> : null}
    </div>
  );
}

function RemoveDraft({ draft: { id, name }, onClose }: { draft: SetupSummary; onClose(): void }) {
  const { t, say } = useWords();
  const link = useLink();
  const cancel = useRef<HTMLButtonElement>(null);
  const [problem, setProblem] = useState<Message | null>(null);
  async function remove() {
    try {
      await link.call('setup.remove', { id });
      onClose();
    } catch (error) {
      setProblem(saidOf(error));
    }
  }
  const shown = name || t('screen.setup.unnamed');
  return (
    <Modal
      title={t('screen.setup.removeTitle', { name: shown })}
      onClose={onClose}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {t('screen.cancel')}
          </Button>
          <Button kind="danger" onClick={remove}>
            {t('screen.setup.removeDraft', { name: shown })}
          </Button>
        </>
      }
    >
      <p>{t('screen.setup.removeText')}</p>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Modal>
  );
}
