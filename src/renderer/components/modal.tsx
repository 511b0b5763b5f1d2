import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode, RefObject } from 'react';
import styles from './modal.module.css';

interface ModalProps {
  title: string;
  onClose(): void;
  /** What has the focus first: never the dangerous button. */
  initialFocus: RefObject<HTMLElement | null>;
  children: ReactNode;
  /** The row of buttons, always in sight. */
  footer: ReactNode;
}

/** A dialog that asks before something dangerous. Escape closes it; a press beside it does not. */
export function Modal({ title, onClose, initialFocus, children, footer }: ModalProps) {
  return (
    <AlertDialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop ?? ''} />
        <AlertDialog.Popup className={styles.popup ?? ''} initialFocus={initialFocus}>
          <AlertDialog.Title className={styles.title ?? ''}>{title}</AlertDialog.Title>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className={styles.body} tabIndex={0} aria-label={title}>
            {children}
          </section>
          <footer className={styles.footer}>{footer}</footer>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
