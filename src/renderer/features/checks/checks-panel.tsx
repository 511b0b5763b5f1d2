import { useEffect, useState } from 'react';
import { Ago, Button, Panel, Problem, StateMark, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { CheckRunView, PairView, Severity } from '#shared/contract';
import { type CheckResult, type CheckVerdict, type Message, PAIR_HOST, type ReadinessWord } from '#shared/domain';
import styles from './checks-panel.module.css';

/** A connection that is refused late, and commands that time out one after the other. */
const CHECKS_TIMEOUT_MS = 60_000;

/** The checks of the pair's servers: the last run, and how to make another. */
export function ChecksPanel({ pair }: { pair: PairView }) {
  const { t, say } = useWords();
  const link = useLink();
  const { key } = pair.tile;
  const [run, setRun] = useState<CheckRunView | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);

  useEffect(() => {
    let wanted = true;
    link.call('pair.lastCheck', { pairKey: key }).then(
      (last) => wanted && setRun((shown) => shown ?? last),
      // Without the last run the panel offers a new one.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [link, key]);

  async function check() {
    setBusy(true);
    setProblem(null);
    try {
      setRun(await link.call('pair.check', { pairKey: key }, CHECKS_TIMEOUT_MS));
    } catch (error) {
      setProblem(saidOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Panel
      title={t('screen.checks.title')}
      aside={
        <Button small busy={busy} onClick={check}>
          {t(busy ? 'screen.checks.running' : run ? 'screen.checks.again' : 'screen.checks.run')}
        </Button>
      }
    >
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {run ? <CheckRun run={run} hosts={pair.instances.map(({ name }) => name)} /> : <p>{t('screen.checks.none')}</p>}
    </Panel>
  );
}

const READINESS_MARKS: Record<ReadinessWord, Severity> = { ready: 'none', 'not-ready': 'p2', unknown: 'no-data' };

/** One run: the word, its reasons, and what each check found, server beside server. */
export function CheckRun({ run, hosts }: { run: CheckRunView; hosts: readonly string[] }) {
  const { t, say } = useWords();
  return (
    <div className={styles.run} data-readiness={run.readiness}>
      <p className={styles.word}>
        <StateMark severity={READINESS_MARKS[run.readiness]} size={18} digit={false} />
        <strong>{t(`screen.checks.readiness.${run.readiness}`)}</strong>
        <span className={styles.age}>
          <Ago atMs={run.atMs} />
        </span>
      </p>
      {run.reasons.length > 0 ? (
        <ul className={styles.reasons}>
          {run.reasons.map((reason) => (
            <li key={`${reason.params.server}/${reason.params.check}`}>{say(reason)}</li>
          ))}
        </ul>
      ) : null}
      <div className={styles.hosts}>
        {[...hosts, PAIR_HOST].map((host) => (
          <section key={host} data-host={host}>
            <h3>{host === PAIR_HOST ? t('screen.checks.pair') : t('screen.checks.of', { host })}</h3>
            <ul className={styles.checks}>
              {run.checks
                .filter((check) => check.host === host)
                .toSorted((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result))
                .map((check) => (
                  <Check key={check.id} check={check} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

const ORDER: readonly CheckVerdict[] = ['fail', 'unknown', 'warn', 'pass'];
const MARKS: Record<CheckVerdict, Severity> = { pass: 'none', warn: 'p3', fail: 'p2', unknown: 'no-data' };

/** What one check found, with the raw lines one click away. */
function Check({ check }: { check: CheckResult }) {
  const { t, say, f } = useWords();
  return (
    <li data-check={check.id} data-result={check.result}>
      <details>
        <summary>
          <StateMark severity={MARKS[check.result]} size={16} digit={false} />
          <span>
            <strong>{t(`screen.check.${check.result}`)}</strong> {say(check.reason)}
          </span>
        </summary>
        <p className={styles.facts}>
          <Tag>{check.id}</Tag> {f.duration(Math.max(1, check.tookMs))}
        </p>
        {check.evidence.length > 0 ? <pre className={styles.evidence}>{check.evidence.join('\n')}</pre> : null}
      </details>
      {check.remedy ? <p className={styles.remedy}>{say(check.remedy)}</p> : null}
    </li>
  );
}
