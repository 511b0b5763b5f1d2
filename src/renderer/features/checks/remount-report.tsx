import { Ago, Problem, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { usePairChecks } from '#renderer/state';
import type { RemountResult, Severity } from '#shared/contract';
import type { RemountReport } from '#shared/domain';
import styles from './remount-dialog.module.css';

const MARKS: Record<RemountReport['outcome'], Severity> = {
  done: 'none',
  planned: 'none',
  refused: 'p3',
  failed: 'p2',
  unknown: 'no-data',
};

interface RemountReportProps {
  pairKey: string;
  result: RemountResult;
}

/** What became of a remount: the word, what stands in the way, and each command with its end. */
export function RemountReportView({ pairKey, result: { report, run: checked } }: RemountReportProps) {
  const { t, say, f } = useWords();
  const known = usePairChecks(pairKey)?.run ?? null;
  // What was looked at since counts more: a standby takes some seconds to go on from the mount.
  const run = checked && known && known.atMs > checked.atMs ? known : checked;
  const { outcome, problem, steps } = report;
  return (
    <div className={styles.plan} data-testid="remount-result" data-outcome={outcome}>
      <p className={styles.outcome} role="status">
        <StateMark severity={MARKS[outcome]} size={20} digit={false} />
        <strong>{t(`screen.remount.outcome.${outcome}`)}</strong>
      </p>
      {run ? (
        <p data-readiness={run.readiness}>
          {t(`screen.checks.readiness.${run.readiness}`)} (<Ago atMs={run.atMs} />)
        </p>
      ) : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {steps.length > 0 ? (
        <>
          <h3>{t('screen.remount.steps')}</h3>
          <ol className={styles.steps}>
            {steps.map(({ command, result, detail, tookMs }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one command may stand twice, each in its place
              <li key={at}>
                <code className={styles.line}>{command}</code>
                <span>
                  <strong>{t(`screen.remount.step.${result}`)}</strong> {f.duration(Math.max(1, tookMs))}
                  {detail === '' ? '' : ` · ${detail}`}
                </span>
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </div>
  );
}
