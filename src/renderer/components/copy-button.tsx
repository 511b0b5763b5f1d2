import { useState } from 'react';
import { useWords } from '#renderer/i18n';
import { Button } from './button.tsx';

/** Copies a text as it stands; `what`: what it is, for whoever cannot see what the button is about. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <Button aria-label={t('screen.copy.what', { text: what })} onClick={() => setCopied(copyText(text))}>
      {t(copied ? 'screen.copy.done' : 'screen.copy')}
    </Button>
  );
}

/**
 * False where the browser would not. Not the asynchronous clipboard: that wants a permission, and the desktop shell
 * grants a page none.
 */
function copyText(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', put, { once: true });
  try {
    return document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', put);
  }
}
