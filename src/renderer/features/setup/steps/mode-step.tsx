import { useEffect, useRef } from 'react';
import { useWords } from '#renderer/i18n';
import { freeId } from '#shared/domain';
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
  const made = useRef(id === '' || id === freeId(name, 'env', takenIds) ? id : null);
  useEffect(() => {
    if (origin || id !== made.current || name === '') return;
    made.current = freeId(name, 'env', takenIds);
    set('id', made.current);
  }, [origin, name, id, takenIds, set]);
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
