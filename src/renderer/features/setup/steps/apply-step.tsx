import { useState } from 'react';
import { Button, ButtonLink, Problem, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref, setupHref } from '#renderer/places';
import { saidOf, useFleet, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import { type AppliedChange, draftedPairKey } from '#shared/setup';
import { useWizard } from '../context.ts';
import { ReportView } from '../report-view.tsx';
import styles from '../setup.module.css';

/** What was done and what was not, each change with its way back; then the verification. */
export function ApplyStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  const { applied, id } = draft.view.draft;
  const key = draftedPairKey(draft.values);
  const watched = useFleet((fleet) => fleet?.pairs[key] !== undefined);
  if (!applied)
    return (
      <p>
        {t('screen.setup.apply.notYet')} <a href={setupHref(id, 'summary')}>{t('screen.setup.step.summary')}</a>
      </p>
    );
  return (
    <>
      <section
        className={`${styles.done} ${styles.noPrint}`}
        data-applied={applied.state}
        aria-label={t('screen.setup.step.apply')}
      >
        <p role="status">
          <strong>
            {t(`screen.setup.apply.${applied.state}`, {
              done: applied.changes.filter(({ state }) => state === 'done' || state === 'rolled-back').length,
              changes: applied.changes.length,
            })}
          </strong>
        </p>
        <ol className={styles.applied}>
          {applied.changes.map((change) => (
            <Applied key={change.id} change={change} />
          ))}
        </ol>
        {watched ? (
          <ButtonLink kind="main" href={pairHref(key)}>
            {t('screen.setup.openPair')}
          </ButtonLink>
        ) : null}
      </section>
      <ReportView />
    </>
  );
}

function Applied({ change }: { change: AppliedChange }) {
  const { t, say, f } = useWords();
  const link = useLink();
  const { draft } = useWizard();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);
  async function rollBack() {
    setBusy(true);
    setProblem(null);
    try {
      await link.call('setup.rollBack', { id: draft.view.draft.id, change: change.id });
    } catch (error) {
      setProblem(saidOf(error));
    }
    setBusy(false);
  }
  return (
    <li data-applied-change={change.id} data-state={change.state}>
      <StateMark severity={change.state === 'failed' ? 'p2' : 'none'} size={18} digit={false} />
      <div className={styles.grow}>
        <p>
          <strong>{say(change.title)}</strong> · {t(`screen.setup.changeState.${change.state}`)}
          {change.tookMs === null ? '' : ` · ${f.duration(change.tookMs)}`}
        </p>
        {change.detail ? <p>{say(change.detail)}</p> : null}
        {change.evidence.length > 0 ? (
          <pre className={styles.evidence}>
            {change.evidence.map((line) => (typeof line === 'string' ? line : say(line))).join('\n')}
          </pre>
        ) : null}
        {change.backup ? <p className={styles.muted}>{t('screen.setup.backup', { file: change.backup })}</p> : null}
        {problem ? <Problem>{say(problem)}</Problem> : null}
      </div>
      {change.state === 'done' && change.undoable ? (
        <Button busy={busy} onClick={rollBack}>
          {t('screen.setup.rollBack')}
        </Button>
      ) : null}
    </li>
  );
}
