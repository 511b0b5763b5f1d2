import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main`: the one thing to do here. `danger`: it changes who serves. `quiet`: everything else. */
  kind?: 'main' | 'danger' | 'quiet';
  small?: boolean;
  /** Its work is under way: it cannot be pressed again. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** Does something here. */
export function Button({ kind = 'quiet', small = false, busy = false, disabled, className, ...rest }: ButtonProps) {
  const classes = [styles.button, styles[kind], small ? styles.small : '', className ?? ''].join(' ');
  return (
    <button type="button" {...rest} className={classes} disabled={disabled || busy} aria-busy={busy || undefined} />
  );
}

interface ButtonLinkProps {
  href: string;
  kind?: 'main' | 'quiet';
  small?: boolean;
  /** What it is called where its words alone do not say which one. */
  label?: string;
  children: React.ReactNode;
}

/** Looks like a button and goes somewhere. */
export function ButtonLink({ href, kind = 'quiet', small = false, label, children }: ButtonLinkProps) {
  return (
    <a href={href} aria-label={label} className={[styles.button, styles[kind], small ? styles.small : ''].join(' ')}>
      {children}
    </a>
  );
}
