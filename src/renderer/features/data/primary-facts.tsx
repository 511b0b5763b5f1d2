import { Fact, StateMark } from '#renderer/components';
import { useWords, type Words } from '#renderer/i18n';
import type { LoadProgress, Takeover } from '#shared/domain';
import styles from './data-panel.module.css';
import { type FactsProps, Lsn, Orders } from './figures.tsx';
import { recordsPerSecond } from './lag-trend.ts';
import { LoadBar } from './load-bar.tsx';

/** How far a primary has come, what its standby has of it, and how it came by its data. */
export function PrimaryFacts({ instance, data, pair, past }: FactsProps) {
  const { t, f } = useWords();
  const { lsn, acknowledgedLsn, confirmedLsn, orders, load, takeover } = data;
  // Of a primary that is gone, or not one yet, the trend tells another's rate.
  const rate = past || instance.role !== 'primary' ? null : recordsPerSecond(pair.dataTrend);
  const alone = acknowledgedLsn === null || confirmedLsn === null ? null : Math.max(0, acknowledgedLsn - confirmedLsn);
  return (
    <>
      <Fact name={t('screen.data.onDisk')}>
        <Lsn value={lsn} testId="lsn" />
        {rate === null ? null : (
          <span className={styles.beside}>{t('screen.data.rate', { rate: f.number(rate) })}</span>
        )}
      </Fact>
      <Fact name={t('screen.data.acknowledged')}>
        <Lsn value={acknowledgedLsn} />
      </Fact>
      <Fact name={t('screen.data.confirmed')}>
        <Lsn value={confirmedLsn} />
        {alone === null ? null : (
          <span className={styles.beside}>{t('screen.data.alone', { count: f.number(alone) })}</span>
        )}
      </Fact>
      {load && orders === null ? <Loading load={load} /> : null}
      <Orders orders={orders} />
      {takeover ? <TakenOver takeover={takeover} /> : null}
    </>
  );
}

function TakenOver({ takeover }: { takeover: Takeover }) {
  const words = useWords();
  const { t, f } = words;
  const { epoch, presentLsn, complete, lossBound } = takeover;
  return (
    <Fact name={t('screen.data.takeover')}>
      <span className={styles.marked}>
        {complete || lossBound === 0 ? null : <StateMark severity="p3" size={16} digit={false} />}
        <span>
          {t('screen.data.takeover.at', { epoch, lsn: f.number(presentLsn) })} · {takenOverWith(words, takeover)}
        </span>
      </span>
    </Fact>
  );
}

function takenOverWith({ t, f }: Words, { complete, lossBound }: Takeover): string {
  if (complete) return t('screen.data.takeover.complete');
  if (lossBound === 0) return t('screen.data.takeover.none');
  return lossBound === null
    ? t('screen.data.takeover.unknown')
    : t('screen.data.takeover.atMost', { bound: f.number(lossBound) });
}

function Loading({ load }: { load: LoadProgress }) {
  const { t } = useWords();
  return (
    <Fact name={t('screen.data.loading')}>
      <LoadBar load={load} />
    </Fact>
  );
}
