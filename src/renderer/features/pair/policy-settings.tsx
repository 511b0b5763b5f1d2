import { useState } from 'react';
import { Button, Problem, SelectField, TextField } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { policyLabel, useWords } from '#renderer/i18n';
import type { PolicyView } from '#shared/contract';
import { POLICY_RANGES, type RequiredEvidence, requiredEvidenceSchema } from '#shared/domain';
import styles from './policy-panel.module.css';
import { changeOf, isInRange, NUMBER_NAMES, type NumberName, numberOf, valuesOf } from './policy-values.ts';

/** Everything the policy sets, each with the reason of its default, to be changed for every console. */
export function PolicySettingsForm({ policy, pairKey }: { policy: PolicyView; pairKey: string }) {
  const { t, say, f } = useWords();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  const { settings, configured, origins } = policy;
  const [values, setValues] = useState(() => valuesOf(settings));
  const change = changeOf(settings, values);
  const shown = (name: NumberName) => {
    const value = numberOf(configured, name);
    return name.endsWith('Ms') && value > 0 ? f.duration(value) : f.number(value);
  };
  const reason = (name: NumberName | 'evidence', value: string) =>
    `${t('screen.settings.default', { value, why: t(`screen.why.${name}`) })} · ${t(`screen.origin.${origins[name]}`)}`;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (change) void ask('pair.setPolicy', { pairKey, ...change, ...(operator ? { operator } : {}) });
      }}
    >
      <SelectField
        label={t('screen.limit.evidence')}
        hint={reason('evidence', t(`screen.requiredEvidence.${configured.evidence}`))}
        value={values.evidence}
        onChange={(event) => setValues({ ...values, evidence: event.target.value as RequiredEvidence })}
      >
        {requiredEvidenceSchema.options.map((evidence) => (
          <option key={evidence} value={evidence}>
            {t(`screen.requiredEvidence.${evidence}`)}
          </option>
        ))}
      </SelectField>
      {NUMBER_NAMES.map((name) => (
        <TextField
          key={name}
          type="number"
          label={policyLabel(t, name)}
          hint={reason(name, shown(name))}
          problem={isInRange(name, values.numbers[name]) ? undefined : t('screen.settings.range', POLICY_RANGES[name])}
          value={values.numbers[name]}
          onChange={(event) => setValues({ ...values, numbers: { ...values.numbers, [name]: event.target.value } })}
        />
      ))}
      <OperatorField />
      <div className={styles.buttons}>
        <Button onClick={() => setValues(valuesOf(configured))}>{t('screen.settings.defaults')}</Button>
        <Button type="submit" kind="main" busy={busy} disabled={change === null}>
          {t('screen.settings.save')}
        </Button>
      </div>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </form>
  );
}
