import { useEffect } from 'react';
import { useWords } from '#renderer/i18n';
import { useWizard } from '../context.ts';
import { DraftChoice, DraftText } from '../fields.tsx';
import styles from '../setup.module.css';

/** Pair or single (F9), and how the environment is called. */
export function ModeStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  const { name, id } = draft.values;
  const { origin } = draft.view.draft;
  const { takenIds } = draft.view.context;
  const { set } = draft;
  // The id follows the name until somebody writes one.
  function rename(before: string) {
    return freeId(before, takenIds);
  }
  const follows = !origin && (id === '' || id === rename(name) || isFollowing(id, name));
  useEffect(() => {
    if (follows && name !== '' && id !== freeId(name, takenIds)) set('id', freeId(name, takenIds));
  }, [follows, name, id, takenIds, set]);
  return (
    <>
      <DraftChoice
        field="mode"
        legend={t('screen.setup.mode')}
        choices={[
          { value: 'pair', label: t('screen.setup.mode.pair'), text: t('screen.setup.mode.pair.text') },
          { value: 'single', label: t('screen.setup.mode.single'), text: t('screen.setup.mode.single.text') },
        ]}
      />
      <div className={styles.grid}>
        <DraftText field="name" label={t('screen.setup.name')} hint={t('screen.setup.name.hint')} />
        <DraftText field="id" label={t('screen.form.id')} hint={t('screen.form.id.hint')} />
      </div>
    </>
  );
}

const MOST_OF_A_NAME = 60;

function plain(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, MOST_OF_A_NAME) || 'env'
  );
}

/** Whether an id is what an earlier spelling of the name had made of it. */
function isFollowing(id: string, name: string): boolean {
  const stem = plain(name);
  return stem.startsWith(id) || id.startsWith(stem);
}

function freeId(name: string, taken: readonly string[]): string {
  const stem = plain(name);
  if (!taken.includes(stem)) return stem;
  for (let number = 2; ; number++) if (!taken.includes(`${stem}-${number}`)) return `${stem}-${number}`;
}
