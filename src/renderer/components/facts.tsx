import type { ReactNode } from 'react';
import styles from './facts.module.css';

/** Names with what is known of each. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

/** `past`: it was so, and is no longer. */
export function Fact({ name, past = false, children }: { name: string; past?: boolean; children: ReactNode }) {
  return (
    <div className={styles.fact} data-past={past || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What is written where nothing is known. */
export function Nothing() {
  return <span className={styles.nothing}>—</span>;
}
