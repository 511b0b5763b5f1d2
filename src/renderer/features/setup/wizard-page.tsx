import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Banner, Button, Problem, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { goTo, moveOn, SETUP, setupHref } from '#renderer/places';
import { errorsOf, isProbed, SETUP_STEPS, type SetupStep } from '#shared/setup';
import { WizardContext } from './context.ts';
import { ProbePanel } from './probe-panel.tsx';
import styles from './setup.module.css';
import { StepList } from './step-list.tsx';
import { ApplyStep } from './steps/apply-step.tsx';
import { DatabaseStep } from './steps/database-step.tsx';
import { ModeStep } from './steps/mode-step.tsx';
import { NodeStep } from './steps/node-step.tsx';
import { PolicyStep } from './steps/policy-step.tsx';
import { ServersStep } from './steps/servers-step.tsx';
import { SummaryStep } from './steps/summary-step.tsx';
import { SyncStep } from './steps/sync-step.tsx';
import { VerifyStep } from './steps/verify-step.tsx';
import { ZooKeeperStep } from './steps/zookeeper-step.tsx';
import { type Draft, useDraft } from './use-draft.ts';

const STEPS: Record<SetupStep, () => React.ReactNode> = {
  mode: () => <ModeStep />,
  zookeeper: () => <ZooKeeperStep />,
  servers: () => <ServersStep />,
  node: () => <NodeStep />,
  sync: () => <SyncStep />,
  database: () => <DatabaseStep />,
  policy: () => <PolicyStep />,
  verify: () => <VerifyStep />,
  summary: () => <SummaryStep />,
  apply: () => <ApplyStep />,
};

/** One draft in the wizard. `step` null: where it was left. */
export function WizardPage({ id, step }: { id: string; step: SetupStep | null }) {
  // What was typed of one draft is never another one's, gone to by its address.
  return <DraftPage key={id} id={id} step={step} />;
}

function DraftPage({ id, step }: { id: string; step: SetupStep | null }) {
  const { t } = useWords();
  const draft = useDraft(id, step);
  const left = draft?.view.draft.step;
  useEffect(() => {
    if (step === null && left) moveOn(setupHref(id, left));
  }, [step, left, id]);
  if (draft === null) return <Problem>{t('screen.setup.noDraft')}</Problem>;
  if (draft === undefined || step === null) return <p className={styles.muted}>{t('screen.waiting')}</p>;
  return <Wizard draft={draft} step={step} />;
}

function Wizard({ draft, step }: { draft: Draft; step: SetupStep }) {
  const { t, say } = useWords();
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const page = useRef<HTMLDivElement>(null);
  const touch = useCallback(
    (field: string) => setTouched((known) => (known.has(field) ? known : new Set([...known, field]))),
    [],
  );
  const wizard = useMemo(() => ({ draft, step, touched, touch }), [draft, step, touched, touch]);
  const { id, origin } = draft.view.draft;
  const at = SETUP_STEPS.indexOf(step);
  const errors = errorsOf(draft.findings).filter((finding) => finding.step === step);
  const asks = step !== 'verify' && step !== 'summary' && step !== 'apply';
  const name = draft.values.name || t('screen.setup.unnamed');

  const marked = errors.map(({ field }) => field).join(' ');
  const isVisited = draft.visited.includes(step);
  // What is wrong is not left folded away.
  useEffect(() => {
    if (!isVisited || marked === '') return;
    for (const folded of page.current?.querySelectorAll('details:has([aria-invalid="true"])') ?? [])
      folded.setAttribute('open', '');
  }, [isVisited, marked]);

  function next() {
    draft.visit(step);
    if (errors.length > 0) {
      // After the fields were drawn as marked.
      requestAnimationFrame(() => page.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const following = SETUP_STEPS[at + 1];
    if (following) goTo(setupHref(id, following));
  }
  async function leave() {
    await draft.flush().catch(() => {});
    goTo(SETUP);
  }

  return (
    <WizardContext value={wizard}>
      <div className={styles.wizard} ref={page} data-step={step}>
        <StepList />
        <div className={styles.content}>
          <header className={styles.title}>
            <p className={styles.muted}>
              {t(origin ? 'screen.setup.editing' : 'screen.setup.settingUp', { name })} ·{' '}
              {t('screen.setup.stepOf', { step: at + 1, steps: SETUP_STEPS.length })}
            </p>
            <h1>{t(`screen.setup.step.${step}`)}</h1>
            <p className={styles.why}>{t(`screen.setup.why.${step}`)}</p>
          </header>
          {draft.problem ? (
            <Banner
              severity="p2"
              title={say(draft.problem)}
              actions={<Button onClick={draft.reload}>{t('screen.setup.reload')}</Button>}
            />
          ) : null}
          {STEPS[step]()}
          {isProbed(step) ? <ProbePanel step={step} /> : null}
          <footer className={styles.footer}>
            {asks && errors.length > 0 && isVisited ? (
              <p className={styles.wrong} role="status">
                <StateMark severity="p3" size={18} digit={false} />
                {t('screen.setup.someWrong', { count: errors.length })}
              </p>
            ) : (
              <span className={styles.grow} />
            )}
            <Button onClick={leave}>{t('screen.setup.quit')}</Button>
            <Button disabled={at === 0} onClick={() => goTo(setupHref(id, SETUP_STEPS[at - 1] ?? 'mode'))}>
              {t('screen.setup.back')}
            </Button>
            {step === 'summary' || step === 'apply' ? null : (
              <Button kind="main" onClick={next}>
                {t('screen.setup.next')}
              </Button>
            )}
          </footer>
        </div>
      </div>
    </WizardContext>
  );
}
