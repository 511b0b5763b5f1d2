import type { ReactNode } from 'react';
import styles from './list-table.module.css';

/** A table of many lines, as wide as there is room. `roomy`: its lines are several high, and stand further apart. */
export function ListTable({ roomy = false, children }: { roomy?: boolean; children: ReactNode }) {
  return <table className={`${styles.table} ${roomy ? styles.roomy : ''}`}>{children}</table>;
}
