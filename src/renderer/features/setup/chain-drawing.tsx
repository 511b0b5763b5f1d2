import { useWords } from '#renderer/i18n';
import type { ChainLink, ProbeItem } from '#shared/setup';
import { ResultMark } from './fields.tsx';
import styles from './setup.module.css';

/** A hop as it runs: who dials what, where a router leads it, where it arrives; the part that fails has the mark. */
export function ChainDrawing({ chain, result }: { chain: ChainLink; result: ProbeItem['result'] }) {
  const { t } = useWords();
  const { from, to, service, protocol, target, arrives, failsAt } = chain;
  const name = (place: string) => (place === 'console' ? t('screen.setup.chain.console') : place);
  // Where it is not known which part it is, the whole way is meant.
  const atServer = failsAt === 'server' ? result : null;
  const onWay = failsAt === 'server' ? null : result;
  return (
    <div className={styles.hops} data-chain={result} data-fails={failsAt ?? undefined}>
      <span className={styles.hopEnd}>{name(from)}</span>
      <Way label={`${service} · ${protocol.toUpperCase()}`} result={onWay} />
      {arrives === null ? null : (
        <>
          <span className={styles.hopEnd}>
            <small>NAT</small> {target}
          </span>
          <Way label="" result={null} />
        </>
      )}
      <span className={styles.hopEnd} data-result={atServer ?? undefined}>
        {atServer ? <ResultMark result={atServer} /> : null}
        <small>{to === 'zookeeper' ? 'ZooKeeper' : to}</small> {arrives ?? target}
      </span>
    </div>
  );
}

function Way({ label, result }: { label: string; result: ProbeItem['result'] | null }) {
  return (
    <span className={styles.hopWay} data-result={result ?? undefined}>
      {result ? <ResultMark result={result} /> : null}
      {label === '' ? null : <small>{label}</small>}
    </span>
  );
}
