import { StateMark, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { setupHref } from '#renderer/places';
import { changedFields, errorsOf, SETUP_STEPS, type SetupStep, type StepState, stepStateOf } from '#shared/setup';
import { useWizard } from './context.ts';
import styles from './setup.module.css';

/** Where one is, what is done, and which steps have problems; any of them can be gone to. */
export function StepList() {
  const { t } = useWords();
  const { draft, step: current } = useWizard();
  const { id } = draft.view.draft;
  const changed = changedSteps(draft);
  return (
    <nav className={styles.steps} aria-label={t('screen.setup.steps')}>
      <ol>
        {SETUP_STEPS.map((step, at) => {
          const state = stateOf(step, draft);
          return (
            <li key={step}>
              <a href={setupHref(id, step)} aria-current={step === current ? 'step' : undefined} data-state={state}>
                <span className={styles.stepMark}>
                  {state === 'todo' || state === 'done' ? (
                    <StepNumber at={at} done={state === 'done'} />
                  ) : (
                    <StateMark severity={state === 'failed' ? 'p2' : 'p3'} size={18} digit={false} />
                  )}
                </span>
                <span className={styles.stepName}>{t(`screen.setup.step.${step}`)}</span>
                {state === 'skipped' ? <Tag>{t('screen.setup.skipped')}</Tag> : null}
                {changed.has(step) ? <span className={styles.changedMark}>{t('screen.setup.changed')}</span> : null}
                <span className="visually-hidden">{t(`screen.setup.state.${state}`)}</span>
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function StepNumber({ at, done }: { at: number; done: boolean }) {
  return (
    <span className={styles.number} data-done={done || undefined}>
      {done ? '✓' : at + 1}
    </span>
  );
}

function stateOf(
  step: SetupStep,
  { findings, visited, view, values }: ReturnType<typeof useWizard>['draft'],
): StepState | 'problems' {
  const state = stepStateOf(step, { ...view.draft, values, visited }, view.report);
  const isWrong = visited.includes(step) && errorsOf(findings).some((finding) => finding.step === step);
  return isWrong && step !== 'apply' ? 'problems' : state;
}

const SECTIONS: Partial<Record<string, SetupStep>> = {
  mode: 'mode',
  name: 'mode',
  id: 'mode',
  zookeeper: 'zookeeper',
  servers: 'servers',
  node: 'node',
  sharing: 'sync',
  database: 'database',
  policy: 'policy',
};

/** The steps of which something differs from what is configured. */
function changedSteps({ values, view }: ReturnType<typeof useWizard>['draft']): ReadonlySet<SetupStep> {
  const { before } = view.draft;
  if (!before) return new Set();
  return new Set(
    changedFields(before, values).flatMap((field) => {
      const step = SECTIONS[field.split('.')[0] ?? ''];
      return step ? [step] : [];
    }),
  );
}
