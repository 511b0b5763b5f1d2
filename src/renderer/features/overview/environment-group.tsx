import { useId } from 'react';
import { StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { EnvironmentView, PairTile } from '#shared/contract';
import styles from './overview.module.css';
import { Tile } from './tile.tsx';

interface EnvironmentGroupProps {
  environment: EnvironmentView;
  pairs: Record<string, PairTile>;
}

/** An environment's tiles, in the order of its configuration whatever their states. */
export function EnvironmentGroup({ environment, pairs }: EnvironmentGroupProps) {
  const { t, say } = useWords();
  const id = useId();
  const { state, connectString, cause, noPassword } = environment.zookeeper;
  const why = noPassword ? say(noPassword) : cause;
  return (
    <section aria-labelledby={id} className={styles.group}>
      <header className={styles.groupHeader}>
        <h2 id={id}>{environment.kind === 'practice' ? t('screen.practice.title') : environment.name}</h2>
        <p className={styles.groupZooKeeper}>
          {state === 'connected' ? null : <StateMark severity="p2" size={16} />}
          <span>
            ZooKeeper {connectString.replaceAll(',', ', ')} · {t(`screen.zookeeper.${state}`)}
            {state !== 'connected' && why ? ` · ${why}` : ''}
          </span>
        </p>
      </header>
      <ul className={styles.tiles}>
        {environment.pairs.map((key) => {
          const tile = pairs[key];
          return tile ? (
            <li key={key}>
              <Tile tile={tile} />
            </li>
          ) : null;
        })}
      </ul>
    </section>
  );
}
