import { useState } from 'react';
import { Button, Fact, Facts, Moment, Panel, Problem, SelectField, TextField } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import styles from './policy-panel.module.css';

const MINUTE_MS = 60_000;
const LENGTHS_MS = [15, 30, 60, 120, 240, 480, 1_440].map((minutes) => minutes * MINUTE_MS);
const USUAL_MS = 60 * MINUTE_MS;

/** Whether the pair is in maintenance, by whom and until when; to begin one, and to end it. */
export function MaintenancePanel({ pair: { policy, tile } }: { pair: PairView }) {
  const { t, say } = useWords();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  if (!policy) return null;
  const { maintenance } = policy;
  return (
    <Panel title={t('screen.maintenance.title')}>
      {maintenance ? (
        <div className={styles.form}>
          <Facts>
            <Fact name={t('screen.maintenance.by')}>{maintenance.operator}</Fact>
            <Fact name={t('screen.maintenance.reason')}>{maintenance.reason}</Fact>
            <Fact name={t('screen.maintenance.until')}>
              <Moment atMs={maintenance.untilMs} />
            </Fact>
          </Facts>
          <p className={styles.what}>{t('screen.maintenance.what')}</p>
          <OperatorField />
          <Button
            busy={busy}
            disabled={operator === null}
            onClick={() => operator && ask('pair.endMaintenance', { pairKey: tile.key, operator })}
          >
            {t('screen.maintenance.end')}
          </Button>
        </div>
      ) : (
        <details>
          <summary>{t('screen.maintenance.open')}</summary>
          <Begin
            node={tile.node}
            busy={busy}
            onBegin={(input) => ask('pair.beginMaintenance', { pairKey: tile.key, ...input })}
          />
        </details>
      )}
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Panel>
  );
}

interface BeginProps {
  node: string;
  busy: boolean;
  onBegin(input: { operator: string; reason: string; durationMs: number }): void;
}

function Begin({ node, busy, onBegin }: BeginProps) {
  const { t, f } = useWords();
  const operator = useOperator();
  const [reason, setReason] = useState('');
  const [durationMs, setDurationMs] = useState(USUAL_MS);
  const why = reason.trim();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (operator !== null && why !== '') onBegin({ operator, reason: why, durationMs });
      }}
    >
      <p className={styles.what}>{t('screen.maintenance.what')}</p>
      <OperatorField />
      <TextField
        label={t('screen.maintenance.reason')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <SelectField
        label={t('screen.maintenance.length')}
        value={durationMs}
        onChange={(event) => setDurationMs(Number(event.target.value))}
      >
        {LENGTHS_MS.map((lengthMs) => (
          <option key={lengthMs} value={lengthMs}>
            {f.duration(lengthMs)}
          </option>
        ))}
      </SelectField>
      <Button type="submit" busy={busy} disabled={operator === null || why === ''}>
        {t('screen.maintenance.begin', { node })}
      </Button>
    </form>
  );
}
