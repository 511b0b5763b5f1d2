import type { ReactNode } from 'react';
import styles from './tag.module.css';

/** A short word about something: `strong` is filled. */
export function Tag({ children, strong = false }: { children: ReactNode; strong?: boolean }) {
  return <span className={`${styles.tag} ${strong ? styles.strong : ''}`}>{children}</span>;
}
