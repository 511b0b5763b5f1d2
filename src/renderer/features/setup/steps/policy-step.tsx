import { useWords } from '#renderer/i18n';
import { useWizard } from '../context.ts';
import { DraftChoice, DraftNumber } from '../fields.tsx';
import styles from '../setup.module.css';

/** What consoles may do by themselves. */
export function PolicyStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  if (draft.values.mode === 'single') return <p className={styles.muted}>{t('screen.setup.policy.single')}</p>;
  return (
    <>
      <DraftChoice
        field="policy.mode"
        legend={t('screen.setup.policy')}
        choices={(['observe', 'assist', 'auto'] as const).map((value) => ({
          value,
          label: t(`screen.setup.policy.${value}`),
          text: t(`screen.setup.policy.${value}.text`),
        }))}
      />
      <div className={styles.grid}>
        <DraftNumber
          field="policy.checkIntervalMs"
          label={t('screen.setup.checkInterval')}
          hint={t('screen.setup.checkInterval.hint')}
          placeholder="60000"
        />
      </div>
    </>
  );
}
