import { useFormContext } from 'react-hook-form';
import { SelectField, TextField } from '#renderer/components';
import { policyLabel, useWords } from '#renderer/i18n';
import { LIMIT_NAMES, type PolicySettings, requiredEvidenceSchema, TIMEOUT_NAMES } from '#shared/domain';
import styles from './environments.module.css';
import type { FormValues } from './form-values.ts';
import { optionalNumber } from './optional-number.ts';
import { problemAt } from './problems.ts';

interface PolicyOverrideFieldsProps {
  at: 'policyDefaults' | `pairs.${number}`;
  /** What holds where a field is left empty. */
  below: PolicySettings;
}

/** What is left empty is as the layer below says: a pair's as its environment's, that as the product's. */
export function PolicyOverrideFields({ at, below }: PolicyOverrideFieldsProps) {
  const words = useWords();
  const { t, f } = words;
  const { register, formState } = useFormContext<FormValues>();
  const problem = (field: string) => problemAt(formState.errors, `${at}.${field}`, words);
  const optional = { setValueAs: optionalNumber };
  const inherited = (value: number) => t('screen.form.inherit', { value: f.number(value) });
  return (
    <div className={styles.grid}>
      <SelectField
        label={t('screen.limit.evidence')}
        problem={problem('evidence')}
        {...register(`${at}.evidence`, { setValueAs: (chosen: unknown) => (isEmpty(chosen) ? undefined : chosen) })}
      >
        <option value="">
          {t('screen.form.inheritChoice', { value: t(`screen.requiredEvidence.${below.evidence}`) })}
        </option>
        {requiredEvidenceSchema.options.map((evidence) => (
          <option key={evidence} value={evidence}>
            {t(`screen.requiredEvidence.${evidence}`)}
          </option>
        ))}
      </SelectField>
      {LIMIT_NAMES.map((name) => (
        <TextField
          key={name}
          label={policyLabel(t, name)}
          type="number"
          placeholder={inherited(below[name])}
          problem={problem(name)}
          {...register(`${at}.${name}`, optional)}
        />
      ))}
      {TIMEOUT_NAMES.map((name) => (
        <TextField
          key={name}
          label={policyLabel(t, name)}
          type="number"
          placeholder={inherited(below.timeouts[name])}
          problem={problem(`timeouts.${name}`)}
          {...register(`${at}.timeouts.${name}`, optional)}
        />
      ))}
    </div>
  );
}

function isEmpty(typed: unknown): boolean {
  return typed === undefined || typed === null || typed === '' || Number.isNaN(typed);
}
