import { TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { usePreferences } from '#renderer/state';

/** Who asks: remembered on this screen, so that it is written once. `hint`: where it goes, if not to ZooKeeper too. */
export function OperatorField({ hint }: { hint?: string }) {
  const { t } = useWords();
  const operator = usePreferences((state) => state.operator);
  const setOperator = usePreferences((state) => state.setOperator);
  return (
    <TextField
      label={t('screen.operator')}
      hint={hint ?? t('screen.operator.hint')}
      maxLength={64}
      value={operator}
      onChange={(event) => setOperator(event.target.value)}
    />
  );
}

/** The name as it may be sent; null: none was written. */
export function useOperator(): string | null {
  const operator = usePreferences((state) => state.operator).trim();
  return operator === '' ? null : operator;
}
