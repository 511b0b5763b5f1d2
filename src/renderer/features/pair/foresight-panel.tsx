import { Fact, Facts, Panel } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { ForesightView } from '#shared/contract';
import styles from './foresight-panel.module.css';
import { useLetGoSeconds } from './let-go.ts';

/** Who would act next, and what ZooKeeper leaves of the time until then: each time is an "at most". */
export function ForesightPanel({ foresight }: { foresight: ForesightView }) {
  const { t, f, say } = useWords();
  const { holder, actor, successor, letGo, ownTimeoutMs } = foresight;
  return (
    <Panel title={t('screen.foresight.title')}>
      <p className={styles.sentence} data-testid="foresight" data-key={foresight.sentence.key}>
        {say(foresight.sentence)}
      </p>
      <Facts>
        <Fact name={t('screen.foresight.actor')}>
          {t(`screen.foresight.actor.${holder}`, { name: actor ?? '–' })}
          {successor === null ? null : ` · ${t('screen.foresight.successor', { name: successor })}`}
        </Fact>
        {letGo ? (
          <Fact name={t('screen.foresight.session', { instance: letGo.instance })}>
            <LetGo letGo={letGo} />
          </Fact>
        ) : null}
        {ownTimeoutMs === null ? null : (
          <Fact name={t('screen.foresight.own')}>
            {t('screen.foresight.ownTimeout', { time: f.duration(ownTimeoutMs) })}
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}

function LetGo({ letGo }: { letGo: NonNullable<ForesightView['letGo']> }) {
  const { t, f } = useWords();
  const leftS = useLetGoSeconds(letGo);
  if (leftS === null) return <>{t('screen.foresight.within', { time: f.duration(letGo.withinMs) })}</>;
  if (leftS === 0) return <>{t('screen.foresight.over')}</>;
  return (
    <strong data-testid="let-go" data-left={leftS}>
      {t('screen.foresight.left', { time: f.duration(leftS * 1_000) })}
    </strong>
  );
}
