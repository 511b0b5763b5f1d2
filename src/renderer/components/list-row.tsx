import type { HTMLAttributes } from 'react';
import styles from './list-row.module.css';

interface ListRowProps extends HTMLAttributes<HTMLElement> {
  as?: 'li' | 'section';
}

/** One thing of a list over the page's whole width: what it is, and what can be done with it. */
export function ListRow({ as: Element = 'li', ...rest }: ListRowProps) {
  return <Element {...rest} className={styles.row} />;
}
