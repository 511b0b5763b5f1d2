import { StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { Severity } from '#shared/contract';
import { type Grounds, sharedReasons, type VerifiedItem } from '#shared/domain';
import styles from './grounds.module.css';

/** Why it acted: the verdict on both instances and every source behind it, as they were when it was begun. */
export function GroundsList({ grounds }: { grounds: Grounds }) {
  const { t, f, say } = useWords();
  return (
    <details className={styles.grounds} data-testid="switchover-grounds">
      <summary>{t('screen.switchover.grounds', { at: f.time(grounds.atMs) })}</summary>
      {grounds.instances.map(({ instance, verdict, reason, sources }) => (
        <section key={instance} aria-label={instance} data-grounds-of={instance} data-verdict={verdict}>
          <p>
            <strong>{instance}</strong> · {t(`screen.verdict.${verdict}`)} · {say(reason)}
          </p>
          <ul>
            {sources.map((source) => (
              <li key={source.class} data-class={source.class} data-says={source.says}>
                <span>{t(`screen.evidence.${source.class}`)}</span>
                <span className={styles.says}>{t(`screen.says.${source.says}`)}</span>
                <span className={styles.muted}>
                  {source.ageMs === null ? '—' : t('screen.switchover.groundsAge', { age: f.duration(source.ageMs) })}
                </span>
                <span className={styles.muted}>{say(source.reason)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {grounds.servers ? (
        <section data-servers={grounds.servers.word}>
          <p>
            <ServersKnown servers={grounds.servers} />
          </p>
          <ul>
            {sharedReasons(grounds.servers.reasons).map((reason) => (
              <li key={say(reason)} className={styles.muted}>
                {say(reason)}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </details>
  );
}

/** Whether the servers spoke for a takeover then, and how old that was; null: they had not been looked at. */
function ServersKnown({ servers: { word, ageMs } }: { servers: NonNullable<Grounds['servers']> }) {
  const { t, f } = useWords();
  const said = t(`screen.checks.readiness.${word}`);
  if (ageMs === null) return <>{t('screen.switchover.groundsServersUnseen', { word: said })}</>;
  return <>{t('screen.switchover.groundsServers', { word: said, age: f.duration(ageMs) })}</>;
}

const MARKS: Record<VerifiedItem['result'], Severity> = {
  equal: 'none',
  seen: 'none',
  differs: 'p2',
  'not-compared': 'no-data',
};

/** What of the business was held against the old primary's before the route was opened; what differs is in sight. */
export function VerifiedList({ verified }: { verified: readonly VerifiedItem[] }) {
  const { t, say } = useWords();
  return (
    <details
      className={styles.grounds}
      data-testid="switchover-verified"
      open={verified.some(({ result }) => result === 'differs')}
    >
      <summary>{t('screen.switchover.verified')}</summary>
      <ul>
        {verified.map(({ what, result, said }) => (
          <li key={what} className={styles.verified} data-what={what} data-result={result}>
            <StateMark severity={MARKS[result]} size={16} digit={false} />
            <span>{t(`screen.verified.${what}`)}</span>
            <span className={styles.says}>{t(`screen.verified.result.${result}`)}</span>
            <span className={styles.muted}>{say(said)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
