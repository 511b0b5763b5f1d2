import { useRef, useState } from 'react';
import { useWords } from '#renderer/i18n';
import { Button } from './button.tsx';
import styles from './command.module.css';

interface CommandProps {
  /** What is to be run, as it is typed. */
  text: string;
  /** Where, in words. */
  where?: string;
}

/** A command for the operator to run elsewhere, to be copied as it stands. */
export function Command({ text, where }: CommandProps) {
  const { t } = useWords();
  const code = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);

  function copy() {
    const selection = window.getSelection();
    if (!code.current || !selection) return;
    selection.selectAllChildren(code.current);
    // Not the asynchronous clipboard: that wants a permission, and the desktop shell grants a page none. Where this
    // fails too, the command is selected and can be copied by hand.
    setCopied(document.execCommand('copy'));
  }
  return (
    <span className={styles.command}>
      {where ? <span className={styles.where}>{where}</span> : null}
      <code ref={code}>{text}</code>
      <Button small aria-label={t('screen.copy.what', { text })} onClick={copy}>
        {t(copied ? 'screen.copy.done' : 'screen.copy')}
      </Button>
    </span>
  );
}

/** A path as one word of a shell's command. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
