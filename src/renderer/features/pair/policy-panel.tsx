import { useId, useState } from 'react';
import { Panel, Problem, StateMark } from '#renderer/components';
import { useAsking, useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import { type PolicyMode, policyModeSchema } from '#shared/domain';
import { CalendarForm, CalendarNow } from './calendar-form.tsx';
import styles from './policy-panel.module.css';

const MODES: readonly PolicyMode[] = policyModeSchema.options;

/** What consoles may do by themselves for this pair, and what keeps this one from doing it. */
export function PolicyPanel({ pair }: { pair: PairView }) {
  const { t, say } = useWords();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  const id = useId();
  const [asked, setAsked] = useState<PolicyMode | null>(null);
  const { policy, key } = pair.tile;

  async function choose(mode: PolicyMode) {
    setAsked(mode);
    await ask('pair.setPolicy', { pairKey: key, mode, ...(operator ? { operator } : {}) });
    setAsked(null);
  }
  return (
    <Panel title={t('screen.policy.title')}>
      <fieldset className={styles.modes} aria-busy={busy}>
        <legend className="visually-hidden">{t('screen.policy.title')}</legend>
        {MODES.map((mode) => (
          <label key={mode} className={styles.mode} data-chosen={policy === mode}>
            <input
              type="radio"
              name={id}
              checked={(asked ?? policy) === mode}
              disabled={asked !== null || policy === null}
              onChange={() => choose(mode)}
              aria-describedby={`${id}-${mode}`}
            />
            <span className={styles.name}>{t(`screen.policy.${mode}`)}</span>
            <span className={styles.what} id={`${id}-${mode}`}>
              {t(`screen.policy.${mode}.what`)}
            </span>
          </label>
        ))}
      </fieldset>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {pair.policy ? <CalendarNow policy={pair.policy} /> : null}
      <Armed pair={pair} />
      {pair.policy ? (
        <details className={styles.settings}>
          <summary>{t('screen.calendar.open')}</summary>
          <CalendarForm key={JSON.stringify(pair.policy.calendar)} policy={pair.policy} pairKey={key} />
        </details>
      ) : null}
    </Panel>
  );
}

/** Whether automatic failover is armed here, and if not, all that stands against it. */
function Armed({ pair: { policy, tile, blockers } }: { pair: PairView }) {
  const { t, say } = useWords();
  const mode = policy?.holds.mode ?? tile.policy;
  // That the policy itself forbids it is said by the choice above; beside others it counts, as in what happens next.
  const isOff = mode !== 'auto' && blockers.every(({ key }) => /^blocker\.policy\./.test(key));
  if (isOff) return <p className={styles.armed}>{t('screen.armed.notAuto')}</p>;
  return (
    <div className={styles.armed} data-armed={blockers.length === 0}>
      <p className={styles.armedTitle}>
        {blockers.length > 0 && mode === 'auto' ? <StateMark severity="p3" size={16} digit={false} /> : null}
        {t(blockers.length === 0 ? 'screen.armed.yes' : 'screen.armed.no')}
      </p>
      <ul>
        {blockers.map((blocker) => (
          <li key={blocker.key}>{say(blocker)}</li>
        ))}
      </ul>
    </div>
  );
}
