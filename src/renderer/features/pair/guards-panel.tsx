import { Button, Fact, Facts, Moment, Panel, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import { OperatorField, useOperator } from './operator-field.tsx';
import styles from './policy-panel.module.css';
import { PolicySettingsForm } from './policy-settings.tsx';
import { useAsking } from './use-asking.ts';

/** How often consoles may still act by themselves, what holds them back for now, and everything the policy sets. */
export function GuardsPanel({ pair: { policy, tile } }: { pair: PairView }) {
  const { t, say } = useWords();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  if (!policy) return null;
  const { settings, automaticInLastDay: done, cooldownUntilMs, changed } = policy;
  return (
    <Panel title={t('screen.guards.title')}>
      <Facts>
        <Fact name={t('screen.guards.count')}>{t('screen.guards.countOf', { done, max: settings.maxPerDay })}</Fact>
        <Fact name={t('screen.guards.cooldown')}>
          {cooldownUntilMs === null ? t('screen.guards.noCooldown') : <Moment atMs={cooldownUntilMs} />}
        </Fact>
      </Facts>
      {cooldownUntilMs === null ? null : (
        <div className={styles.form}>
          <OperatorField />
          <Button
            busy={busy}
            disabled={operator === null}
            onClick={() => operator && ask('pair.clearCooldown', { pairKey: tile.key, operator })}
          >
            {t('screen.guards.clear')}
          </Button>
        </div>
      )}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      <details className={styles.settings}>
        <summary>{t('screen.settings.open')}</summary>
        <PolicySettingsForm key={JSON.stringify(settings)} policy={policy} pairKey={tile.key} />
      </details>
      {changed ? (
        <p className={styles.what}>
          {t('screen.settings.changed', { operator: changed.operator ?? '–', console: changed.console })}{' '}
          <Moment atMs={changed.atMs} />
        </p>
      ) : null}
    </Panel>
  );
}
