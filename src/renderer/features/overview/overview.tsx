import { Banner } from '#renderer/components';
import { FirstRun } from '#renderer/features/practice';
import { useWords } from '#renderer/i18n';
import { useFleet } from '#renderer/state';
import type { PairTile } from '#shared/contract';
import { AbnormalStrip } from './abnormal-strip.tsx';
import { EnvironmentGroup } from './environment-group.tsx';
import styles from './overview.module.css';

const NO_PAIRS: Record<string, PairTile> = {};

/** The fleet at a glance. */
export function Overview() {
  const { t, say } = useWords();
  const environments = useFleet((fleet) => fleet?.environments);
  const pairs = useFleet((fleet) => fleet?.pairs) ?? NO_PAIRS;
  const configProblem = useFleet((fleet) => fleet?.configProblem ?? null);

  if (!environments) return <h1 className={styles.waiting}>{t('screen.waiting')}</h1>;
  const sorted = Object.values(environments).sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
  return (
    <div className={styles.page}>
      <h1 className="visually-hidden">{t('screen.overview.title')}</h1>
      {configProblem ? (
        <Banner severity="p2" title={t('screen.configProblem')}>
          {say(configProblem)}
        </Banner>
      ) : null}
      {sorted.length === 0 ? (
        <FirstRun />
      ) : (
        <>
          <AbnormalStrip pairs={pairs} />
          {sorted.map((environment) => (
            <EnvironmentGroup key={environment.id} environment={environment} pairs={pairs} />
          ))}
        </>
      )}
    </div>
  );
}
