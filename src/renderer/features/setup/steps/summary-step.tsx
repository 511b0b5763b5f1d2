import { useEffect, useRef, useState } from 'react';
import { Button, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { goTo, setupHref } from '#renderer/places';
import { saidOf, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import { ChangeView } from '../change-view.tsx';
import { useWizard } from '../context.ts';
import styles from '../setup.module.css';

const PLAN_TIMEOUT_MS = 60_000;

/** Everything that would be changed, before it is; read from ZooKeeper and files as they are now. */
export function SummaryStep() {
  const { t, say } = useWords();
  const link = useLink();
  const { draft } = useWizard();
  const { plan } = draft.view;
  const { id } = draft.view.draft;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const asked = useRef(false);
  const { flush } = draft;

  async function look() {
    setBusy(true);
    setProblem(null);
    try {
      await flush();
      await link.call('setup.plan', { id }, PLAN_TIMEOUT_MS);
    } catch (error) {
      setProblem(saidOf(error));
    }
    setBusy(false);
  }
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    void latest.current();
  }, []);
  async function apply() {
    if (!plan) return;
    setBusy(true);
    try {
      await link.call('setup.apply', { id, fingerprint: plan.fingerprint, confirmed: [...confirmed] });
      goTo(setupHref(id, 'apply'));
    } catch (error) {
      setProblem(saidOf(error));
      setBusy(false);
    }
  }
  const unconfirmed =
    plan?.changes.filter(({ id: change, needsConfirmation }) => needsConfirmation && !confirmed.has(change)) ?? [];
  const idle = plan?.changes.every((change) => change.idle);
  return (
    <div className={styles.summary} data-plan={plan && !busy ? 'shown' : 'none'}>
      <p className={styles.muted}>{t('screen.setup.summary.nothingYet')}</p>
      {plan?.blockers.map((blocker) => (
        <Problem key={`${blocker.key} ${JSON.stringify(blocker.params)}`}>{say(blocker)}</Problem>
      ))}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {busy && !plan ? <p role="status">{t('screen.setup.summary.looking')}</p> : null}
      <ol className={styles.changes}>
        {plan?.changes.map((change) => (
          <li key={change.id}>
            <ChangeView
              change={change}
              confirmed={confirmed.has(change.id)}
              onConfirm={(on) =>
                setConfirmed(
                  on
                    ? new Set([...confirmed, change.id])
                    : new Set([...confirmed].filter((each) => each !== change.id)),
                )
              }
            />
          </li>
        ))}
      </ol>
      {unconfirmed.length > 0 ? <p className={styles.muted}>{t('screen.setup.summary.unconfirmed')}</p> : null}
      <div className={styles.actions}>
        <Button busy={busy} onClick={look}>
          {t('screen.setup.summary.again')}
        </Button>
        <Button
          kind="main"
          busy={busy}
          disabled={!plan || plan.blockers.length > 0 || plan.changes.length === 0}
          onClick={apply}
        >
          {t(idle ? 'screen.setup.summary.applyIdle' : 'screen.setup.summary.apply', {
            count: plan?.changes.filter((change) => !change.idle).length ?? 0,
          })}
        </Button>
      </div>
    </div>
  );
}
