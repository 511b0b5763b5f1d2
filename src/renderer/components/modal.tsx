import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import styles from './modal.module.css';

interface ModalProps {
  title: string;
  /** Whether it asks before something dangerous, or only tells. */
  kind?: 'asks' | 'tells';
  onClose(): void;
  /** What has the focus first: never the dangerous button. */
  initialFocus: RefObject<HTMLElement | null>;
  children: ReactNode;
  /** The row of buttons, always in sight. */
  footer: ReactNode;
}

/** A dialog. Escape closes it; a press beside it closes one that asks nothing. */
export function Modal({ title, kind = 'asks', onClose, initialFocus, children, footer }: ModalProps) {
  const Parts = kind === 'asks' ? AlertDialog : Dialog;
  return (
    <Parts.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Parts.Portal>
        <Parts.Backdrop className={styles.backdrop ?? ''} />
        <Parts.Popup className={styles.popup ?? ''} initialFocus={initialFocus}>
          <Parts.Title className={styles.title ?? ''}>{title}</Parts.Title>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className={styles.body} tabIndex={0} aria-label={title}>
            {children}
          </section>
          <footer className={styles.footer}>{footer}</footer>
        </Parts.Popup>
      </Parts.Portal>
    </Parts.Root>
  );
}
