import { Fact, Facts, Moment, Nothing, Panel, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import styles from './route-panel.module.css';

/** Where clients are sent, who may change that, and the ZooKeeper that holds it. */
export function RoutePanel({ pair: { route, driver, zookeeper, lock, clockSkewMs } }: { pair: PairView }) {
  const { t, f, say } = useWords();
  const why = zookeeper.noPassword ? say(zookeeper.noPassword) : zookeeper.cause;
  return (
    <Panel title={t('screen.route.title')}>
      <Facts>
        <Fact name={t('screen.route.leads')}>
          {route ? (
            <span className={styles.marked}>
              {route.state === 'closed' ? <StateMark severity="p1" size={16} digit={false} /> : null}
              <span>
                <strong>{route.instance}</strong> · {t(`screen.route.${route.state}`)}
              </span>
            </span>
          ) : (
            <Nothing />
          )}
        </Fact>
        <Fact name={t('screen.route.epoch')}>
          {route ? (
            <>
              {route.epoch} · <Moment atMs={route.changedAtMs} />
            </>
          ) : (
            <Nothing />
          )}
        </Fact>
        <Fact name={t('screen.route.driver')}>{t(`screen.driver.${route?.driver ?? driver}`)}</Fact>
        <Fact name={t('screen.lock.title')}>
          {t(`screen.lock.${lock.holder}`)}
          {lock.name && lock.holder === 'other' ? ` (${lock.name})` : ''}
        </Fact>
        {clockSkewMs === undefined ? null : (
          <Fact name={t('screen.skew.title')}>
            <span className={styles.marked}>
              <StateMark severity="p3" size={16} digit={false} />
              <span>
                {t(clockSkewMs > 0 ? 'screen.skew.ahead' : 'screen.skew.behind', {
                  time: f.duration(Math.abs(clockSkewMs)),
                })}
              </span>
            </span>
          </Fact>
        )}
        <Fact name="ZooKeeper">
          <span className={styles.marked}>
            {zookeeper.state === 'connected' ? null : <StateMark severity="p2" size={16} digit={false} />}
            <span>
              {t(`screen.zookeeper.${zookeeper.state}`)}
              {why ? ` · ${why}` : ''}
            </span>
          </span>
          {zookeeper.connectString.split(',').map((server) => (
            <span key={server} className={styles.code}>
              {server}{' '}
            </span>
          ))}
        </Fact>
        <Fact name={t('screen.zookeeper.timeout')}>
          {zookeeper.negotiatedTimeoutMs === null ? <Nothing /> : f.duration(zookeeper.negotiatedTimeoutMs)}
        </Fact>
      </Facts>
    </Panel>
  );
}
