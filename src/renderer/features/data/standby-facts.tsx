import { Command, Fact, Sparkline, StateMark, shellWord } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { DataPoint } from '#shared/contract';
import type { DataStatus, Lag } from '#shared/domain';
import styles from './data-panel.module.css';
import { type InstanceDataProps, Lsn, Orders } from './figures.tsx';
import { lossSeverity, mountToLookAt, syncSeverity } from './judged.ts';
import { highestLag, TREND_SPAN_MS } from './lag-trend.ts';
import { lossWords } from './loss-words.ts';

/** A lag below this is drawn flat: it comes and goes with every write. */
const LEAST_LAG_DRAWN = 10;

/** How far a standby has come, how its synchronisation goes, and what its promotion would cost. */
export function StandbyFacts({ instance, data, pair }: InstanceDataProps) {
  const words = useWords();
  const { t, f } = words;
  const { lsn, acknowledgedLsn, lag, lossBound, orders } = data;
  const { maxLossRecords } = pair;
  const loss = lossSeverity(data, maxLossRecords);
  return (
    <>
      <Fact name={t('screen.data.onDisk')}>
        <Lsn value={lsn} testId="lsn" />
      </Fact>
      {acknowledgedLsn === null ? null : (
        <Fact name={t('screen.data.primaryAcknowledged')}>
          <Lsn value={acknowledgedLsn} />
        </Fact>
      )}
      {lag === null ? null : (
        <Fact name={t('screen.data.lag')}>
          <LagFigures lag={lag} />
          <LagTrend trend={pair.dataTrend} instance={instance.name} />
        </Fact>
      )}
      <Fact name={t('screen.data.sync')}>
        <Sync data={data} instance={instance.name} />
      </Fact>
      <Fact name={t('screen.data.loss')}>
        <span className={styles.marked} data-testid="loss-bound">
          {loss === 'none' ? null : <StateMark severity={loss} size={16} digit={false} />}
          <span>
            {loss === 'p2' ? <strong>{lossWords(words, lossBound)}</strong> : lossWords(words, lossBound)}
            {lossBound !== 0 && maxLossRecords !== null ? (
              <span className={styles.line}>{t('screen.data.loss.policy', { max: f.number(maxLossRecords) })}</span>
            ) : null}
          </span>
        </span>
      </Fact>
      <Orders orders={orders} />
    </>
  );
}

/** Three figures that change all the time, each in its place. */
function LagFigures({ lag }: { lag: Lag }) {
  const { t, f } = useWords();
  return (
    <span className={styles.figures} data-testid="lag">
      <span>
        {t(lag.records === 1 ? 'screen.data.record' : 'screen.data.records', { count: f.number(lag.records) })}
      </span>
      <span>{f.bytes(lag.bytes)}</span>
      <span>{f.seconds(lag.seconds)}</span>
    </span>
  );
}

function LagTrend({ trend, instance }: { trend: DataPoint[]; instance: string }) {
  const { t, f } = useWords();
  const highest = highestLag(trend);
  if (highest === null) return null;
  const words = t('screen.data.trend.highest', {
    count: f.number(highest),
    span: f.duration(TREND_SPAN_MS),
  });
  return (
    <span className={styles.trend}>
      <Sparkline
        points={trend.map(({ atMs, lagRecords }) => ({ atMs, value: lagRecords }))}
        spanMs={TREND_SPAN_MS}
        leastMax={LEAST_LAG_DRAWN}
        title={t('screen.data.trend.title', { instance })}
        description={words}
      />
      <span className={styles.line}>{words}</span>
    </span>
  );
}

/** The synchronisation's health: mark, word, reason, directory and what to run there. */
function Sync({ data, instance }: { data: DataStatus; instance: string }) {
  const { t, say } = useWords();
  const { state, directory, reason } = data.sync;
  const severity = syncSeverity(data);
  const lookAt = mountToLookAt(data);
  return (
    <span className={styles.sync} data-testid="sync" data-sync={state}>
      <span className={styles.marked}>
        <StateMark severity={severity} size={16} digit={false} />
        {severity === 'none' ? t(`screen.data.sync.${state}`) : <strong>{t(`screen.data.sync.${state}`)}</strong>}
      </span>
      {reason ? <span>{say(reason)}</span> : null}
      {directory === null || lookAt !== null ? null : (
        <span className={styles.line}>
          {t('screen.data.directory')} <span className={styles.code}>{directory}</span>
        </span>
      )}
      {lookAt === null ? null : (
        <Command text={`df -h ${shellWord(lookAt)}`} where={t('screen.data.runOn', { instance })} />
      )}
    </span>
  );
}
