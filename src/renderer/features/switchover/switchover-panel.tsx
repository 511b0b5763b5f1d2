import { type Ref, useId } from 'react';
import { Button, Moment, StateMark, Tag } from '#renderer/components';
import { LoadBar } from '#renderer/features/data';
import { useWords } from '#renderer/i18n';
import { useNow } from '#renderer/state';
import type { Severity, SwitchoverView } from '#shared/contract';
import { isPlanned, type LoadProgress, PLANNED_STEPS, SWITCHOVER_STEPS } from '#shared/domain';
import { DataResult } from './data-result.tsx';
import { GroundsList, VerifiedList } from './grounds.tsx';
import { CommandsRun, loadTold, Step, StepDetails } from './steps.tsx';
import styles from './switchover-panel.module.css';

interface SwitchoverPanelProps {
  switchover: SwitchoverView;
  /** Records being loaded into UFT at the instance that is to serve. */
  load?: LoadProgress | null;
  /** Whether the pair's instances keep data: then there is a result of it to be known. */
  keepsData?: boolean;
  /** Asks about the way back, where there is one. */
  onSwitchBack?: (() => void) | undefined;
  /** Gets the focus when the operator has begun it. */
  headingRef?: Ref<HTMLHeadingElement>;
}

const SEVERITIES: Record<SwitchoverView['outcome'], Severity> = {
  running: 'none',
  done: 'none',
  failed: 'p1',
  unknown: 'no-data',
};

/** A switchover as it goes, or the last one: its steps, and what clients saw of it. */
export function SwitchoverPanel({
  switchover,
  load = null,
  keepsData = false,
  onSwitchBack,
  headingRef,
}: SwitchoverPanelProps) {
  const { t, say, f } = useWords();
  const nowMs = useNow();
  const id = useId();
  const { from, to, outcome, startedAtMs, endedAtMs, trigger, epochBefore, epochAfter } = switchover;
  const running = outcome === 'running';
  const byName = new Map(switchover.steps.map((step) => [step.name, step]));
  const loading = running ? (loadTold(switchover.steps) ?? load) : null;
  const tookMs = (endedAtMs ?? nowMs) - startedAtMs;
  return (
    <section
      className={styles.panel}
      aria-labelledby={id}
      data-severity={SEVERITIES[outcome]}
      data-running={running}
      data-operation={switchover.operationId}
    >
      <header className={styles.header}>
        <h2 id={id} ref={headingRef} tabIndex={-1}>
          {t('screen.switchover.title', { from: from ?? t('screen.none'), to })}
        </h2>
        <Tag>{t(`screen.switchover.trigger.${trigger}`)}</Tag>
        <p className={styles.muted}>
          {t('screen.switchover.begun')} <Moment atMs={startedAtMs} /> ·{' '}
          {t(running ? 'screen.switchover.runsFor' : 'screen.switchover.took', {
            time: f.duration(running ? Math.floor(tookMs / 1_000) * 1_000 : tookMs),
          })}{' '}
          · {t('screen.switchover.epochs', { before: epochBefore, after: epochAfter ?? '…' })}
        </p>
      </header>
      <p className={styles.reason}>
        {trigger === 'automatic' && from
          ? t('screen.of', { who: from, what: say(switchover.reason) })
          : say(switchover.reason)}
        {switchover.askedBy ? <AskedBy askedBy={switchover.askedBy} /> : null}
      </p>
      <ol className={styles.steps}>
        {(isPlanned(switchover) ? PLANNED_STEPS : SWITCHOVER_STEPS).map((name, index) => (
          <Step key={name} name={name} number={index + 1} record={byName.get(name)} />
        ))}
      </ol>
      {loading ? (
        <p className={styles.load}>
          <strong>{t('screen.data.loading')}</strong>
          <LoadBar load={loading} />
        </p>
      ) : null}
      <div className={styles.more}>
        <StepDetails steps={switchover.steps} failure={switchover.failure} />
        <CommandsRun commands={switchover.commands ?? []} />
        {switchover.grounds ? <GroundsList grounds={switchover.grounds} /> : null}
        {switchover.verified ? <VerifiedList verified={switchover.verified} /> : null}
      </div>
      {running ? null : <Result switchover={switchover} keepsData={keepsData} onSwitchBack={onSwitchBack} />}
    </section>
  );
}

function AskedBy({ askedBy: { operator, approver, reason } }: { askedBy: NonNullable<SwitchoverView['askedBy']> }) {
  const { t } = useWords();
  return (
    <span data-testid="asked-by">
      {' · '}
      {approver === null
        ? t('screen.switchover.askedBy', { operator })
        : t('screen.switchover.approvedBy', { operator, approver })}
      {reason === null ? '' : ` · ${reason}`}
    </span>
  );
}

function Result({
  switchover,
  keepsData,
  onSwitchBack,
}: Pick<SwitchoverPanelProps, 'switchover' | 'onSwitchBack'> & { keepsData: boolean }) {
  const { t, say } = useWords();
  const { outcome, failure } = switchover;
  return (
    <div
      className={styles.result}
      role="status"
      data-testid="switchover-result"
      data-outcome={outcome}
      data-severity={SEVERITIES[outcome]}
    >
      <StateMark severity={SEVERITIES[outcome]} size={24} inverse />
      <strong>{t(`screen.switchover.outcome.${outcome}`)}</strong>
      <Outage switchover={switchover} />
      <DataResult data={switchover.data} expected={keepsData && outcome === 'done'} />
      {failure ? <span className={styles.failure}>{say(failure)}</span> : null}
      {outcome === 'done' && switchover.from && onSwitchBack ? (
        <Button onClick={onSwitchBack}>{t('screen.switchover.back', { instance: switchover.from })}</Button>
      ) : null}
    </div>
  );
}

function Outage({ switchover: { outageMs, outageErrorMs, outcome } }: { switchover: SwitchoverView }) {
  const { t, f } = useWords();
  // While nobody serves the outage goes on: there is nothing yet to have been measured.
  if (outageMs === null && outcome === 'failed') return null;
  if (outageMs === null) return <span>{t('screen.switchover.outageUnknown')}</span>;
  if (outageMs === 0) return <span>{t('screen.switchover.noOutage')}</span>;
  return (
    <span>
      {t('screen.switchover.outage')} <span className={styles.figure}>{f.measured(outageMs, outageErrorMs)}</span>
    </span>
  );
}
