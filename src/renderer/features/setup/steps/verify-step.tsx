import { useWords } from '#renderer/i18n';
import { setupHref } from '#renderer/places';
import { errorsOf, SETUP_STEPS } from '#shared/setup';
import { useWizard } from '../context.ts';
import styles from '../setup.module.css';

/** Everything looked at once more before anything is changed; and what is still to be corrected, step by step. */
export function VerifyStep() {
  const { t, say } = useWords();
  const { draft } = useWizard();
  const errors = errorsOf(draft.findings);
  if (errors.length === 0) return <p>{t('screen.setup.verify.complete')}</p>;
  return (
    <>
      <p>{t('screen.setup.verify.incomplete')}</p>
      <ul className={styles.open}>
        {SETUP_STEPS.flatMap((step) => errors.filter((finding) => finding.step === step)).map((finding) => (
          <li key={`${finding.step} ${finding.field}`}>
            <a href={setupHref(draft.view.draft.id, finding.step)}>{t(`screen.setup.step.${finding.step}`)}</a>
            <span>{say(finding.reason)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
