import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import styles from './field.module.css';

interface Described {
  label: string;
  /** A line under the field, always there. */
  hint?: string | undefined;
  /** What is wrong with it, in words. */
  problem?: string | undefined;
}

function Frame({ id, label, hint, problem, children }: Described & { id: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children}
      {hint ? (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p className={styles.problem} id={`${id}-problem`}>
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function describedBy(id: string, { hint, problem }: Described): string | undefined {
  const ids = [hint ? `${id}-hint` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ');
  return ids || undefined;
}

type TextFieldProps = Described & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> };

/** One line of text with its label, its hint and what is wrong with it. */
export function TextField({ label, hint, problem, ...rest }: TextFieldProps) {
  const id = useId();
  const described = { label, hint, problem };
  return (
    <Frame id={id} {...described}>
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        className={styles.control}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, described)}
      />
    </Frame>
  );
}

type TextAreaFieldProps = Described & TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> };

/** Several lines of text, as {@link TextField}. */
export function TextAreaField({ label, hint, problem, ...rest }: TextAreaFieldProps) {
  const id = useId();
  const described = { label, hint, problem };
  return (
    <Frame id={id} {...described}>
      <textarea
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        className={`${styles.control} ${styles.area}`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, described)}
      />
    </Frame>
  );
}

type SelectFieldProps = Described & SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> };

/** A choice, as {@link TextField}. */
export function SelectField({ label, hint, problem, children, ...rest }: SelectFieldProps) {
  const id = useId();
  const described = { label, hint, problem };
  return (
    <Frame id={id} {...described}>
      <select
        {...rest}
        id={id}
        className={styles.control}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, described)}
      >
        {children}
      </select>
    </Frame>
  );
}
