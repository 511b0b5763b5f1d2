import { useEffect, useState } from 'react';
import { FormProvider, type Path, useFieldArray, useForm } from 'react-hook-form';
import { Button, ButtonLink, Panel, Problem, StateMark, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { ENVIRONMENTS, goTo } from '#renderer/places';
import { saidOf, useFleet, useLink } from '#renderer/state';
import type { FieldProblem } from '#shared/contract';
import { freeId, type Message, policySettings } from '#shared/domain';
import { CheckIntervalFields } from './check-interval-fields.tsx';
import styles from './environments.module.css';
import { type FormValues, kept, newPair, toEnvironment } from './form-values.ts';
import { optionalNumber } from './optional-number.ts';
import { PairFields } from './pair-fields.tsx';
import { PolicyOverrideFields } from './policy-override-fields.tsx';
import { problemAt, SAID_BY_MAIN } from './problems.ts';
import { resolver } from './resolver.ts';
import { ZooKeeperLogin } from './zookeeper-login.tsx';

interface EnvironmentFormProps {
  initial: FormValues;
  /** The id of the one that is edited; null for a new one. */
  replaces: string | null;
}

const SAVE_TIMEOUT_MS = 30_000;

/** Adds or edits an environment. Nothing is written before it is saved as a whole. */
export function EnvironmentForm({ initial, replaces }: EnvironmentFormProps) {
  const words = useWords();
  const { t, say } = words;
  const link = useLink();
  const form = useForm<FormValues>({ defaultValues: initial, resolver, mode: 'onTouched' });
  const { register, control, handleSubmit, setError, setValue, watch, formState } = form;
  const pairs = useFieldArray({ control, name: 'pairs' });
  const [problems, setProblems] = useState<Message[]>([]);
  const [idTouched, setIdTouched] = useState(replaces !== null);
  const name = watch('name');
  const environments = useFleet((fleet) => fleet?.environments);
  const problem = (path: string) => problemAt(formState.errors, path, words);

  // The id follows the name until somebody writes one.
  useEffect(() => {
    if (!idTouched) setValue('id', name === '' ? '' : freeId(name, 'env', Object.keys(environments ?? {})));
  }, [name, idTouched, environments, setValue]);

  function show(fieldProblems: FieldProblem[]) {
    for (const { path, message } of fieldProblems) {
      if (path.length === 0) setProblems((known) => [...known, message]);
      else setError(path.join('.') as Path<FormValues>, { type: SAID_BY_MAIN, message: say(message) });
    }
  }
  async function save(values: FormValues) {
    setProblems([]);
    try {
      const result = await link.call(
        'environments.save',
        {
          environment: toEnvironment(values),
          keepCredentials: kept(values),
          ...(replaces === null ? {} : { replaces }),
        },
        SAVE_TIMEOUT_MS,
      );
      if (result.ok) goTo(ENVIRONMENTS);
      else show(result.problems);
    } catch (error) {
      setProblems([saidOf(error)]);
    }
  }

  return (
    <FormProvider {...form}>
      <form className={styles.form} noValidate onSubmit={handleSubmit(save)}>
        <h1>{t(replaces === null ? 'screen.environments.add' : 'screen.environments.edit', { name: initial.name })}</h1>
        <Panel title={t('screen.form.environment')}>
          <div className={styles.grid}>
            <TextField label={t('screen.form.name')} problem={problem('name')} {...register('name')} />
            <TextField
              label={t('screen.form.id')}
              hint={t('screen.form.id.hint')}
              problem={problem('id')}
              {...register('id', { onChange: () => setIdTouched(true) })}
            />
            <TextField
              label={t('screen.form.checkInterval')}
              hint={t('screen.form.checkInterval.hint')}
              type="number"
              problem={problem('checkIntervalMs')}
              {...register('checkIntervalMs', { setValueAs: optionalNumber })}
            />
          </div>
          <CheckIntervalFields at="checkIntervals" />
        </Panel>
        <Panel title="ZooKeeper">
          <div className={styles.grid}>
            <TextField
              label={t('screen.form.connectString')}
              hint={t('screen.form.connectString.hint')}
              placeholder="10.0.0.1:2181,10.0.0.2:2181"
              problem={problem('zookeeper.connectString')}
              {...register('zookeeper.connectString')}
            />
            <TextField
              label={t('screen.form.sessionTimeout')}
              hint={t('screen.form.sessionTimeout.hint')}
              type="number"
              problem={problem('zookeeper.sessionTimeoutMs')}
              {...register('zookeeper.sessionTimeoutMs', { valueAsNumber: true })}
            />
            <TextField
              label={t('screen.form.pathTemplate')}
              hint={t('screen.form.pathTemplate.hint')}
              problem={problem('pathTemplate')}
              {...register('pathTemplate')}
            />
            <TextField
              label={t('screen.form.chroot')}
              hint={t('screen.form.chroot.hint')}
              problem={problem('zookeeper.chroot')}
              {...register('zookeeper.chroot')}
            />
            <ZooKeeperLogin />
          </div>
        </Panel>
        <Panel title={t('screen.form.policyDefaults')}>
          <details>
            <summary>{t('screen.settings.open')}</summary>
            <PolicyOverrideFields at="policyDefaults" below={policySettings('assist')} />
          </details>
        </Panel>
        {pairs.fields.map((field, index) => (
          <PairFields
            key={field.id}
            index={index}
            {...(pairs.fields.length > 1 ? { onRemove: () => pairs.remove(index) } : {})}
          />
        ))}
        <div>
          <Button onClick={() => pairs.append(newPair())}>{t('screen.form.addPair')}</Button>
        </div>
        {problems.map((each) => (
          <Problem key={each.key}>{say(each)}</Problem>
        ))}
        <footer className={styles.footer}>
          {formState.submitCount > 0 && !formState.isValid && !formState.isSubmitting ? (
            <p className={styles.wrong} role="status">
              <StateMark severity="p3" size={18} digit={false} />
              {t('screen.form.someWrong')}
            </p>
          ) : null}
          <ButtonLink href={ENVIRONMENTS}>{t('screen.cancel')}</ButtonLink>
          <Button type="submit" kind="main" busy={formState.isSubmitting}>
            {t('screen.form.save')}
          </Button>
        </footer>
      </form>
    </FormProvider>
  );
}
