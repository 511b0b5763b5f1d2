import { Ago, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { CheckRunView, CheckView, Severity } from '#shared/contract';
import {
  type CheckName,
  type CheckVerdict,
  PAIR_HOST,
  type ReadinessWord,
  sharedFindings,
  sharedReasons,
} from '#shared/domain';
import { Check } from './check.tsx';
import styles from './checks-panel.module.css';

interface CheckRunProps {
  pairKey: string;
  run: CheckRunView;
  hosts: readonly string[];
  busy: boolean;
  /** Without a check: all of them. */
  onAgain(only?: CheckName): void;
  onRemount(instance: string): void;
}

const READINESS_MARKS: Record<ReadinessWord, Severity> = { ready: 'none', 'not-ready': 'p2', unknown: 'no-data' };
const NONE: readonly CheckView[] = [];
const ORDER: readonly CheckVerdict[] = ['fail', 'unknown', 'warn', 'pass'];

/** One run: the word, its reasons, and what each check found, server beside server. */
export function CheckRun({ pairKey, run, hosts, busy, onAgain, onRemount }: CheckRunProps) {
  const { t, say, f } = useWords();
  return (
    <div className={styles.run} data-readiness={run.readiness}>
      <p className={styles.word}>
        <StateMark severity={READINESS_MARKS[run.readiness]} size={18} digit={false} />
        <strong>{t(`screen.checks.readiness.${run.readiness}`)}</strong>
        <span className={styles.age}>
          {t('screen.checks.lastRun')} <time title={f.dateTime(run.atMs)}>{<Ago atMs={run.atMs} />}</time> ·{' '}
          {t('screen.checks.took', { took: f.duration(Math.max(1, run.tookMs)) })}
        </span>
      </p>
      {run.reasons.length > 0 ? (
        <ul className={styles.reasons}>
          {sharedReasons(run.reasons).map((reason) => (
            <li key={`${reason.params.server}/${reason.params.check}`}>{say(reason)}</li>
          ))}
        </ul>
      ) : null}
      <div className={styles.hosts}>
        {hosts.map((host) => (
          <HostChecks
            key={host}
            pairKey={pairKey}
            host={host}
            run={run}
            busy={busy}
            onAgain={onAgain}
            onRemount={onRemount}
          />
        ))}
      </div>
      <HostChecks pairKey={pairKey} host={PAIR_HOST} run={run} busy={busy} onAgain={onAgain} onRemount={onRemount} />
    </div>
  );
}

/** What was found on one server, or of the pair: what failed first, what passed folded away. */
function HostChecks({ host, run, ...rest }: Omit<CheckRunProps, 'hosts'> & { host: string }) {
  const { t } = useWords();
  const checks = run.checks
    .filter((check) => check.host === host)
    .toSorted((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result));
  const amiss = checks.filter(({ result }) => result !== 'pass');
  const passed = checks.filter(({ result }) => result === 'pass');
  const counts = (['fail', 'unknown', 'warn'] as const).flatMap((result) => {
    const count = amiss.filter((check) => check.result === result).length;
    return count > 0 ? [t(`screen.checks.summary.${result}`, { count })] : [];
  });
  if (checks.length === 0) return null;
  return (
    <section data-host={host}>
      <h3>
        {host === PAIR_HOST ? t('screen.checks.pair') : t('screen.checks.of', { host })}
        <span className={styles.counts}>{counts.join(' · ')}</span>
      </h3>
      {amiss.length > 0 ? (
        <ul className={styles.checks}>
          {sharedFindings(amiss).map(({ check, also }) => (
            <Check key={check.id} check={check} also={also} {...rest} />
          ))}
        </ul>
      ) : null}
      {passed.length > 0 ? (
        <details className={styles.passed}>
          <summary>{t('screen.checks.passed', { count: passed.length })}</summary>
          <ul className={styles.checks}>
            {passed.map((check) => (
              <Check key={check.id} check={check} also={NONE} {...rest} />
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}
