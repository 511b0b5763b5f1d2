import { Panel, StateMark, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import styles from './data-panel.module.css';
import { InstanceData } from './instance-data.tsx';
import { withData } from './judged.ts';

/** The pair's data: how far each instance has come, how the synchronisation goes and what a promotion would cost. */
export function DataPanel({ pair }: { pair: PairView }) {
  const { t } = useWords();
  const kept = withData(pair);
  if (kept.length === 0) return null;
  return (
    <Panel title={t('screen.data.title')} aside={<Mode pair={pair} />}>
      <div className={styles.sides}>
        {kept.map(({ instance, data }) => (
          <InstanceData key={instance.name} instance={instance} data={data} pair={pair} />
        ))}
      </div>
    </Panel>
  );
}

/** When writes are acknowledged; both instances should say the same. */
function Mode({ pair }: { pair: PairView }) {
  const { t } = useWords();
  const kept = withData(pair);
  const modes = new Set(kept.map(({ data }) => data.mode));
  const [mode] = modes;
  if (mode === undefined) return null;
  if (modes.size > 1)
    return (
      <p className={styles.marked}>
        <StateMark severity="p3" size={16} digit={false} />
        {t('screen.data.modes.differ')}{' '}
        {kept
          .map(({ instance, data }) => t('screen.of', { who: instance.name, what: t(`screen.data.mode.${data.mode}`) }))
          .join(' · ')}
      </p>
    );
  return (
    <p className={styles.mode}>
      <Tag>{t(`screen.data.mode.${mode}`)}</Tag> {t(`screen.data.mode.${mode}.what`)}
    </p>
  );
}
