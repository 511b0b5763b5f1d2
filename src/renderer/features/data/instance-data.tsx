import { useId } from 'react';
import { Ago, Fact, Facts } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { STALE_AFTER_MS, useTicking } from '#renderer/state';
import type { DataStatus } from '#shared/domain';
import styles from './data-panel.module.css';
import { DatabaseFacts } from './database-facts.tsx';
import type { InstanceDataProps } from './figures.tsx';
import { PrimaryFacts } from './primary-facts.tsx';
import { StandbyFacts } from './standby-facts.tsx';

/** What one instance says of its data, with its age where that is too great to be believed. */
export function InstanceData({ instance, data, pair }: InstanceDataProps) {
  const { t } = useWords();
  const id = useId();
  const { name, role, verdict, dataAtMs } = instance;
  const limitMs = Math.max(STALE_AFTER_MS, 3 * pair.beatIntervalMs);
  const stale = useTicking((nowMs) => dataAtMs === null || nowMs - dataAtMs > limitMs);
  const past = stale || verdict === 'gone';
  const serves = role === 'primary' || role === 'promoting';
  return (
    <section className={styles.side} aria-labelledby={id} data-data-of={name} data-past={past}>
      <h3 id={id} className={styles.name}>
        {name}
        {role === null ? null : (
          <span className={styles.role}>
            {verdict === 'gone' ? t('screen.role.was', { role: t(`screen.role.${role}`) }) : t(`screen.role.${role}`)}
          </span>
        )}
        {past && dataAtMs !== null ? (
          <span className={styles.age}>
            {t('screen.data.said')} <Ago atMs={dataAtMs} />
          </span>
        ) : null}
      </h3>
      <Facts>
        {serves ? (
          <PrimaryFacts instance={instance} data={data} pair={pair} past={past} />
        ) : (
          <StandbyFacts instance={instance} data={data} pair={pair} />
        )}
        <DatabaseFacts data={data} serves={serves} />
        <Aside data={data} />
      </Facts>
    </section>
  );
}

/** What an earlier term left behind here that nobody else has. */
function Aside({ data: { aside } }: { data: DataStatus }) {
  const { t, f } = useWords();
  if (aside === null) return null;
  return (
    <Fact name={t('screen.data.aside')}>
      {t('screen.data.aside.what', {
        writes: f.number(aside.writes),
        records: f.number(aside.records),
        from: f.number(aside.fromLsn),
        epoch: aside.epoch,
      })}{' '}
      <span className={styles.code}>{aside.file}</span>
    </Fact>
  );
}
