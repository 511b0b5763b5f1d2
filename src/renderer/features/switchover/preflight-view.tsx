import { useId } from 'react';
import { Problem, StateMark, shellWord } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { DryRun, PlannedCommand, PreflightItem, Severity } from '#shared/contract';
import { expectedOutage, kindOf } from './kind-of.ts';
import styles from './promote-dialog.module.css';
import { worstFirst } from './worst-first.ts';

interface PreflightViewProps {
  preflight: DryRun;
  /** Whether nothing is begun from here: then every step is in sight at once. */
  onlyLooks?: boolean;
}

/** What the operator has to know before pressing. */
export function PreflightView({ preflight, onlyLooks = false }: PreflightViewProps) {
  const words = useWords();
  const { t, say } = words;
  const { from, to, refusal, loss } = preflight;
  return (
    <div className={styles.preflight}>
      <dl className={styles.summary}>
        <div>
          <dt>{t('screen.promote.kind')}</dt>
          <dd>{t(kindOf(preflight))}</dd>
        </div>
        <div>
          <dt>{t(preflight.choice ? 'screen.choice.change' : 'screen.promote.change')}</dt>
          <dd>
            {preflight.choice
              ? t('screen.choice.names', { to, from: from ?? t('screen.none') })
              : `${from ?? t('screen.none')} → ${to}`}
          </dd>
        </div>
        <div>
          <dt>{t('screen.promote.expected')}</dt>
          <dd>{expectedOutage(words, preflight)}</dd>
        </div>
      </dl>
      {refusal ? <Problem>{say(refusal)}</Problem> : null}
      {loss ? <Loss loss={loss} to={to} needsApproval={preflight.needsApproval} onlyLooks={onlyLooks} /> : null}
      <Part title={t('screen.promote.checks')}>
        <ul className={styles.checks}>
          {preflight.checks.toSorted(worstFirst).map((check) => (
            <Check key={check.id} check={check} />
          ))}
        </ul>
      </Part>
      {onlyLooks ? (
        <Part title={t(refusal ? 'screen.dryRun.wouldGo' : 'screen.dryRun.steps')}>
          <Plan plan={preflight.plan} />
        </Part>
      ) : (
        <details data-testid="dry-run">
          <summary>{t('screen.promote.plan')}</summary>
          <Plan plan={preflight.plan} />
        </details>
      )}
      {preflight.unknowns.length > 0 ? (
        <Part title={t('screen.promote.unknowns')}>
          <ul className={styles.unknowns}>
            {preflight.unknowns.map((unknown) => (
              <li key={unknown.key}>{say(unknown)}</li>
            ))}
          </ul>
        </Part>
      ) : null}
    </div>
  );
}

function Plan({ plan }: Pick<DryRun, 'plan'>) {
  const { t, say, f } = useWords();
  return (
    <ol className={styles.plan}>
      {plan.map((step) => (
        <li key={step.step} data-plan={step.step}>
          <strong>{t(`screen.step.${step.step}`)}</strong> {say(step.message)}
          {step.timeoutMs === null ? null : (
            <span className={styles.limit}>{t('screen.promote.limit', { time: f.duration(step.timeoutMs) })}</span>
          )}
          {(step.commands ?? []).map((command) => (
            <PlannedCommandLine key={command.purpose} command={command} />
          ))}
        </li>
      ))}
    </ol>
  );
}

/** A program that would be run, argument by argument, and when. Nothing runs it here. */
function PlannedCommandLine({ command: { purpose, arguments: given, timeoutMs, when } }: { command: PlannedCommand }) {
  const { t, say, f } = useWords();
  return (
    <p className={styles.planned} data-command={purpose}>
      {t(`screen.command.${purpose}`)} <code>{given.map(shellWord).join(' ')}</code>{' '}
      <span className={styles.limit}>{t('screen.command.limit', { time: f.duration(timeoutMs) })}</span>
      <br />
      {say(when)}
    </p>
  );
}

interface LossProps {
  loss: NonNullable<DryRun['loss']>;
  to: string;
  needsApproval: boolean;
  onlyLooks: boolean;
}

/** What this may cost in data, and what becomes of it if that is not accepted. */
function Loss({ loss: { bound, reason }, to, needsApproval, onlyLooks }: LossProps) {
  const { t, say, f } = useWords();
  const id = useId();
  return (
    <section className={styles.loss} data-severity="p1" data-testid="promote-loss" aria-labelledby={id}>
      <StateMark severity="p1" size={24} digit={false} inverse />
      <div>
        <h3 id={id}>
          {bound === null
            ? t('screen.promote.loss.unknown', { instance: to })
            : t('screen.promote.loss.atMost', { instance: to, bound: f.number(bound) })}
        </h3>
        <p>{say(reason)}</p>
        {onlyLooks ? null : <p>{t('screen.promote.loss.refused')}</p>}
        {needsApproval ? <p>{t('screen.approval.needed')}</p> : null}
      </div>
    </section>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.part}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

const MARKS: Record<PreflightItem['result'], Severity> = { pass: 'none', warn: 'p3', fail: 'p1', unknown: 'no-data' };

function Check({ check }: { check: PreflightItem }) {
  const { t, say } = useWords();
  return (
    <li data-check={check.id} data-result={check.result}>
      <StateMark severity={MARKS[check.result]} size={18} digit={false} />
      <span className={styles.result}>{t(`screen.check.${check.result}`)}</span>
      <span>{say(check.message)}</span>
    </li>
  );
}
