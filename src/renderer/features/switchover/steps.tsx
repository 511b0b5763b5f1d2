import { useWords } from '#renderer/i18n';
import { useNow } from '#renderer/state';
import type { LoadProgress, Message, StepName, StepRecord } from '#shared/domain';
import styles from './switchover-panel.module.css';

interface StepProps {
  name: StepName;
  number: number;
  /** Absent until the procedure has reached it. */
  record: StepRecord | undefined;
}

/** One of the procedure's steps: shape, word and time. */
export function Step({ name, number, record }: StepProps) {
  const { t, f } = useWords();
  const result = record?.result ?? 'pending';
  return (
    <li
      className={styles.step}
      data-step={name}
      data-result={result}
      aria-current={result === 'running' ? 'step' : undefined}
    >
      <span className={styles.stepMark}>
        <StepMark result={result} number={number} />
      </span>
      <span className={styles.stepName}>{t(`screen.step.${name}`)}</span>
      <span className={styles.stepTime}>
        {result === 'running' && record ? <Running record={record} /> : null}
        {result === 'ok' ? (
          <span className="visually-hidden">{t('screen.step.result.ok')} </span>
        ) : result === 'running' || result === 'pending' ? null : (
          `${t(`screen.step.result.${result}`)} `
        )}
        {record?.tookMs === null || record === undefined || result === 'skipped' ? '' : f.duration(record.tookMs)}
      </span>
    </li>
  );
}

function Running({ record }: { record: StepRecord }) {
  const { t, f } = useWords();
  const nowMs = useNow();
  const ms = record.startedAtMs === null ? 0 : nowMs - record.startedAtMs;
  return <>{ms < 1_000 ? t('screen.step.result.running') : f.duration(Math.floor(ms / 1_000) * 1_000)}</>;
}

/** A step's state as a shape: number, running ring, tick, tick with a dot, octagon, question mark, dash. */
function StepMark({ result, number }: { result: StepRecord['result']; number: number }) {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
      {result === 'failed' ? (
        <>
          <path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" className={styles.markFailed} />
          <path d="m8.5 8.5 7 7m0-7-7 7" className={styles.markFailedCross} />
        </>
      ) : (
        <circle cx="12" cy="12" r="10" className={styles[`mark-${result}`]} />
      )}
      {result === 'ok' || result === 'retried' ? <path d="m7.5 12.4 3 3 6-6.4" className={styles.markTick} /> : null}
      {result === 'retried' ? <circle cx="20" cy="4" r="3.5" className={styles.markDot} /> : null}
      {result === 'skipped' ? <path d="M8 12h8" className={styles.markDash} /> : null}
      {result === 'unknown' ? (
        <text x="12" y="16" textAnchor="middle" className={styles.markNumber}>
          ?
        </text>
      ) : null}
      {result === 'pending' || result === 'running' ? (
        <text x="12" y="16" textAnchor="middle" className={styles.markNumber}>
          {number}
        </text>
      ) : null}
    </svg>
  );
}

/** What the load step says while it runs: it is shown as a bar. */
const LOADING_DATA = 'failover.loadingData';

/** How far the load step has come by its own word; null where it does not say. */
export function loadTold(steps: readonly StepRecord[]): LoadProgress | null {
  const params = steps.find(({ detail }) => detail?.key === LOADING_DATA)?.detail?.params;
  return params ? { done: Number(params.done), total: Number(params.total) } : null;
}

/** What was run of the site's own programs, and what became of it. */
export function CommandsRun({ commands }: { commands: readonly Message[] }) {
  const { t, say } = useWords();
  if (commands.length === 0) return null;
  return (
    <details className={styles.details} data-testid="commands-run">
      <summary>{t('screen.command.ran')}</summary>
      <ul>
        {commands.map((command) => (
          <li key={command.key} className={styles.output}>
            {say(command)}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface StepDetailsProps {
  steps: StepRecord[];
  /** Said below already. */
  failure: Message | null;
}

/** What the steps found: trouble in sight, the rest on asking. */
export function StepDetails({ steps, failure }: StepDetailsProps) {
  const { t, say } = useWords();
  const told = steps.filter(
    ({ detail }) => detail !== null && detail.key !== failure?.key && detail.key !== LOADING_DATA,
  );
  const trouble = told.filter(({ result }) => result !== 'ok');
  if (told.length === 0) return null;
  const line = ({ name, detail }: StepRecord) => (
    <li key={name}>
      <strong>{t(`screen.step.${name}`)}</strong> {detail ? say(detail) : ''}
    </li>
  );
  return (
    <div className={styles.details}>
      <ul>{trouble.map(line)}</ul>
      {told.length > trouble.length ? (
        <details>
          <summary>{t('screen.switchover.details')}</summary>
          <ul>{told.filter(({ result }) => result === 'ok').map(line)}</ul>
        </details>
      ) : null}
    </div>
  );
}
