import { TextField } from '#renderer/components';
import { OperatorField } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { Preflight } from '#shared/contract';
import type { Typed } from './confirmation.ts';
import styles from './promote-dialog.module.css';

interface ConfirmFieldsProps {
  preflight: Preflight;
  node: string;
  typed: Typed;
  onTyped(typed: Typed): void;
}

/** What has to be typed before a switchover that is not without risk: the pair's name, and the loss where there may be one. */
export function ConfirmFields({ preflight, node, typed, onTyped }: ConfirmFieldsProps) {
  const { t, f } = useWords();
  const { loss, needsApproval } = preflight;
  return (
    <div className={styles.confirm}>
      <TextField
        label={t('screen.promote.type', { node })}
        hint={t(whyTyped(preflight))}
        value={typed.name}
        onChange={(event) => onTyped({ ...typed, name: event.target.value })}
      />
      {loss ? (
        <TextField
          label={
            loss.bound === null
              ? t('screen.promote.loss.typeAny', { phrase: t('screen.promote.loss.phrase') })
              : t('screen.promote.loss.type', { bound: f.number(loss.bound) })
          }
          hint={t('screen.promote.loss.hint')}
          value={typed.loss}
          onChange={(event) => onTyped({ ...typed, loss: event.target.value })}
        />
      ) : null}
      <OperatorField />
      {needsApproval ? (
        <TextField
          label={t('screen.approval.reason')}
          hint={t('screen.approval.reason.hint')}
          maxLength={200}
          value={typed.reason}
          onChange={(event) => onTyped({ ...typed, reason: event.target.value })}
        />
      ) : null}
    </div>
  );
}

/** Why it is not done at the press of a button. */
function whyTyped({ loss, choice, planned }: Preflight) {
  if (loss) return 'screen.promote.typeWhyLoss';
  if (choice) return 'screen.choice.typeWhy';
  return planned ? 'screen.promote.typeWhyChecks' : 'screen.promote.typeWhyFailover';
}
