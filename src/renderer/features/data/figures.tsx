import { Fact } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { InstanceView, PairView } from '#shared/contract';
import type { DataStatus } from '#shared/domain';
import styles from './data-panel.module.css';

export interface InstanceDataProps {
  instance: InstanceView;
  data: DataStatus;
  pair: PairView;
}
/** `past`: it was so when it was last heard, and need no longer be. */
export interface FactsProps extends InstanceDataProps {
  past: boolean;
}

/** A position in the redo. */
export function Lsn({ value, testId }: { value: number | null; testId?: string }) {
  const { f } = useWords();
  return (
    <span className={styles.lsn} data-testid={testId}>
      {value === null ? '—' : f.number(value)}
    </span>
  );
}

/** Orders in UFT; nothing where none is loaded. */
export function Orders({ orders }: { orders: number | null }) {
  const { t, f } = useWords();
  if (orders === null) return null;
  return (
    <Fact name={t('screen.data.orders')}>
      <span className={styles.lsn} data-testid="orders">
        {f.number(orders)}
      </span>
    </Fact>
  );
}
