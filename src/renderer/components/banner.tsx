import type { ReactNode } from 'react';
import type { Severity } from '#shared/contract';
import styles from './banner.module.css';
import { StateMark } from './state-mark.tsx';

interface BannerProps {
  severity: Severity;
  title: string;
  children?: ReactNode;
  /** Buttons at its end. */
  actions?: ReactNode;
}

/** Something the whole page has to say, until it is no longer so. */
export function Banner({ severity, title, children, actions }: BannerProps) {
  return (
    <div className={styles.banner} data-severity={severity} role={severity === 'p1' ? 'alert' : 'status'}>
      <StateMark severity={severity} inverse size={22} />
      <p className={styles.text}>
        <strong>{title}</strong>
        {children ? <span>{children}</span> : null}
      </p>
      {actions}
    </div>
  );
}

/** What one's own action brought, where it went wrong. */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <p className={styles.problem} role="alert">
      <StateMark severity="p2" size={18} />
      <span>{children}</span>
    </p>
  );
}
