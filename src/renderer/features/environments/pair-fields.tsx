import { useRef } from 'react';
import { useFormContext } from 'react-hook-form';
import { Button, Panel, SelectField, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { freeId, policyModeSchema, policySettings } from '#shared/domain';
import { CheckIntervalFields } from './check-interval-fields.tsx';
import styles from './environments.module.css';
import type { FormValues } from './form-values.ts';
import { InstanceFields } from './instance-fields.tsx';
import { optionalNumber } from './optional-number.ts';
import { PolicyOverrideFields } from './policy-override-fields.tsx';
import { problemAt } from './problems.ts';

interface PairFieldsProps {
  index: number;
  /** Absent where it is the only pair: an environment has at least one. */
  onRemove?: () => void;
}

/** A pair's fields, with both instances side by side. */
export function PairFields({ index, onRemove }: PairFieldsProps) {
  const words = useWords();
  const { t } = words;
  const { register, watch, getValues, setValue, formState } = useFormContext<FormValues>();
  const at = `pairs.${index}` as const;
  const node = watch(`${at}.node`);
  const problem = (field: string) => problemAt(formState.errors, `${at}.${field}`, words);
  // The id follows the node's name until somebody writes one.
  const madeId = useRef('');
  function nameId(nodeName: string) {
    if (getValues(`${at}.id`) !== madeId.current) return;
    const others = getValues('pairs').flatMap(({ id }, other) => (other === index ? [] : [id]));
    madeId.current = nodeName === '' ? '' : freeId(nodeName, 'pair', others);
    setValue(`${at}.id`, madeId.current);
  }
  return (
    <Panel
      title={t('screen.form.pair', { number: index + 1, node: node || '…' })}
      aside={
        onRemove ? (
          <Button small onClick={onRemove}>
            {t('screen.form.removePair', { node: node || index + 1 })}
          </Button>
        ) : null
      }
    >
      <div className={styles.grid}>
        <TextField
          label={t('screen.form.node')}
          hint={t('screen.form.node.hint')}
          problem={problem('node')}
          {...register(`${at}.node`, { onChange: (event) => nameId(event.target.value) })}
        />
        <TextField
          label={t('screen.form.system')}
          hint={t('screen.form.system.hint')}
          problem={problem('system')}
          {...register(`${at}.system`)}
        />
        <TextField
          label={t('screen.form.pairId')}
          hint={t('screen.form.id.hint')}
          problem={problem('id')}
          {...register(`${at}.id`)}
        />
        <TextField
          label={t('screen.form.beatInterval')}
          type="number"
          problem={problem('beatIntervalMs')}
          {...register(`${at}.beatIntervalMs`, { valueAsNumber: true })}
        />
        <TextField
          label={t('screen.form.checkInterval')}
          hint={t('screen.form.checkInterval.pairHint')}
          type="number"
          problem={problem('checkIntervalMs')}
          {...register(`${at}.checkIntervalMs`, { setValueAs: optionalNumber })}
        />
        <SelectField
          label={t('screen.form.policy')}
          hint={t('screen.form.policy.hint')}
          problem={problem('policy')}
          {...register(`${at}.policy`)}
        >
          {policyModeSchema.options.map((mode) => (
            <option key={mode} value={mode}>
              {t(`screen.policy.${mode}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('screen.route.driver')} problem={problem('driver')} {...register(`${at}.driver`)}>
          <option value="console">{t('screen.driver.console')}</option>
          <option value="node">{t('screen.driver.node')}</option>
        </SelectField>
      </div>
      <div className={styles.instances}>
        <InstanceFields pair={index} index={0} />
        <InstanceFields pair={index} index={1} />
      </div>
      <CheckIntervalFields at={`pairs.${index}.checkIntervals`} />
      <details className={styles.timeouts}>
        <summary>{t('screen.form.timeouts')}</summary>
        <PolicyOverrideFields at={at} below={policySettings('assist', watch('policyDefaults'))} />
      </details>
    </Panel>
  );
}
