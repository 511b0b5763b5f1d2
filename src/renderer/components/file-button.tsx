import { type Ref, useRef } from 'react';
import { Button } from './button.tsx';

interface FileButtonProps {
  /** What stands on the button. */
  label: string;
  /** What is chosen, for whoever cannot see it. */
  name: string;
  /** Endings and media types, as an input of kind `file` takes them. */
  accept: string;
  onFile(file: File): void;
  ref: Ref<HTMLButtonElement>;
}

/** Chooses one file of this machine. The browser's own button would speak the browser's language. */
export function FileButton({ label, name, accept, onFile, ref }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button ref={ref} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        hidden
        type="file"
        tabIndex={-1}
        aria-label={name}
        accept={accept}
        onChange={({ target }) => {
          const file = target.files?.[0];
          // The same file may be chosen again, once it was mended.
          target.value = '';
          if (file) onFile(file);
        }}
      />
    </>
  );
}
