import { useWords } from '#renderer/i18n';
import { serverIndexes } from '#shared/setup';
import { useWizard } from '../context.ts';
import { DraftCheck, DraftNumber, DraftText } from '../fields.tsx';
import styles from '../setup.module.css';

/** F7: the same local database, and Todb files that say the same. */
export function DatabaseStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  const { instances } = draft.values.node;
  return (
    <>
      <div className={styles.grid}>
        {serverIndexes(draft.values).map((index) => (
          <DraftText
            key={index}
            field={`database.todbFiles.${index}`}
            label={t('screen.setup.todb', { name: instances[index].name || (index === 0 ? 'A' : 'B') })}
            hint={t('screen.setup.todb.hint')}
            placeholder="/opt/kuantu/config/Todb_mt.xml"
          />
        ))}
      </div>
      {draft.values.mode === 'single' ? null : (
        <DraftCheck field="database.align" label={t('screen.setup.align')} hint={t('screen.setup.align.hint')} />
      )}
      <div className={styles.grid}>
        <DraftText
          field="database.host"
          label={t('screen.setup.databaseHost')}
          hint={t('screen.setup.databaseHost.hint')}
        />
        <DraftNumber field="database.port" label={t('screen.setup.databasePort')} />
      </div>
    </>
  );
}
