import { Button, Fact, Facts, Moment, Panel, Problem } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import styles from './policy-panel.module.css';
import { PolicySettingsForm } from './policy-settings.tsx';

/** How often consoles may still act by themselves, what holds them back for now, and everything the policy sets. */
export function GuardsPanel({ pair: { policy, tile } }: { pair: PairView }) {
  const { t, say, f } = useWords();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  if (!policy) return null;
  const { settings, automaticInLastDay: done, cooldownUntilMs, frozen, loosening, changed } = policy;
  const offered = (command: 'pair.clearCooldown' | 'pair.releaseFreeze') => ({
    busy,
    disabled: operator === null,
    onClick: () => void (operator && ask(command, { pairKey: tile.key, operator })),
  });
  return (
    <Panel title={t('screen.guards.title')}>
      <Facts>
        <Fact name={t('screen.guards.count')}>
          {t(settings.maxPerDay === 0 ? 'screen.guards.countNoCap' : 'screen.guards.countOf', {
            done,
            max: settings.maxPerDay,
          })}
        </Fact>
        <Fact name={t('screen.guards.cooldown')}>
          {cooldownUntilMs === null ? t('screen.guards.noCooldown') : <Moment atMs={cooldownUntilMs} />}
        </Fact>
        <Fact name={t('screen.guards.evidence')}>{t(`screen.requiredEvidence.${settings.evidence}`)}</Fact>
        <Fact name={t('screen.guards.loss')}>
          {t('screen.guards.mayLose', { max: f.number(settings.maxLossRecords) })}
          {' · '}
          {t(settings.lossOperators > 1 ? 'screen.guards.twoOperators' : 'screen.guards.oneOperator')}
        </Fact>
        <Fact name={t('screen.guards.breaker')}>
          {t('screen.guards.breakerAt', {
            pairs: settings.breakerPairs,
            window: f.duration(settings.breakerWindowMs),
          })}
        </Fact>
        <Fact name={t('screen.guards.unreachable')}>
          {settings.unreachableSwitchMs === 0
            ? t('screen.guards.never')
            : t('screen.guards.after', { time: f.duration(settings.unreachableSwitchMs) })}
        </Fact>
        <Fact name={t('screen.guards.crashLoop')}>
          {settings.crashLoopStarts === 0
            ? t('screen.guards.never')
            : t('screen.guards.crashLoopAt', {
                starts: settings.crashLoopStarts,
                window: f.duration(settings.crashLoopWindowMs),
              })}
        </Fact>
      </Facts>
      {loosening ? (
        <div className={styles.form}>
          <p className={styles.armed}>
            {t('screen.guards.loosening', { operator: loosening.operator, console: loosening.console })}{' '}
            <Moment atMs={loosening.untilMs} />
          </p>
          <OperatorField />
          <Button
            busy={busy}
            disabled={operator === null}
            onClick={() => void (operator && ask('pair.setPolicy', { pairKey: tile.key, lossOperators: 2, operator }))}
          >
            {t('screen.guards.looseningKeep')}
          </Button>
        </div>
      ) : null}
      {frozen ? <p className={styles.armed}>{say(frozen)}</p> : null}
      {cooldownUntilMs === null && !frozen ? null : (
        <div className={styles.form}>
          <OperatorField />
          {cooldownUntilMs === null ? null : (
            <Button {...offered('pair.clearCooldown')}>{t('screen.guards.clear')}</Button>
          )}
          {frozen ? <Button {...offered('pair.releaseFreeze')}>{t('screen.guards.release')}</Button> : null}
        </div>
      )}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      <details className={styles.settings}>
        <summary>{t('screen.settings.open')}</summary>
        <PolicySettingsForm key={JSON.stringify(settings)} policy={policy} pairKey={tile.key} />
      </details>
      {changed ? (
        <p className={styles.what}>
          {changed.operator === null
            ? t('screen.settings.changed.unnamed', { console: changed.console })
            : t('screen.settings.changed', { operator: changed.operator, console: changed.console })}{' '}
          <Moment atMs={changed.atMs} />
        </p>
      ) : null}
    </Panel>
  );
}
