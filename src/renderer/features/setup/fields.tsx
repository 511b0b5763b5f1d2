import type { ReactNode } from 'react';
import { SelectField, StateMark, TextField } from '#renderer/components';
import { useWords, type Words } from '#renderer/i18n';
import type { Message } from '#shared/domain';
import type { Acknowledgement, Finding, ProbeItem } from '#shared/setup';
import { type FieldState, useField, useWizard } from './context.ts';
import styles from './setup.module.css';

interface FieldProps {
  field: string;
  label: string;
  hint?: string;
}

/** Text of the draft. */
export function DraftText({
  field,
  label,
  hint,
  ...rest
}: FieldProps & { placeholder?: string; type?: 'text' | 'password' }) {
  const state = useField<string>(field);
  return (
    <Around field={field} state={state}>
      <TextField
        {...rest}
        label={label}
        hint={hint}
        data-field={field}
        value={state.value}
        problem={useProblem(state.findings)}
        onChange={(event) => state.set(event.target.value)}
        onBlur={state.touch}
      />
    </Around>
  );
}

/** A whole number of the draft; empty: none. */
export function DraftNumber({ field, label, hint, placeholder }: FieldProps & { placeholder?: string }) {
  const state = useField<number | null>(field);
  return (
    <Around field={field} state={state}>
      <TextField
        label={label}
        hint={hint}
        placeholder={placeholder}
        data-field={field}
        inputMode="numeric"
        value={state.value ?? ''}
        problem={useProblem(state.findings)}
        onChange={(event) => {
          const text = event.target.value.trim();
          if (/^\d{0,9}$/.test(text)) state.set(text === '' ? null : Number(text));
        }}
        onBlur={state.touch}
      />
    </Around>
  );
}

export function DraftSelect({ field, label, hint, children }: FieldProps & { children: ReactNode }) {
  const state = useField<string | null>(field);
  return (
    <Around field={field} state={state}>
      <SelectField
        label={label}
        hint={hint}
        data-field={field}
        value={state.value ?? ''}
        problem={useProblem(state.findings)}
        onChange={(event) => state.set(event.target.value)}
        onBlur={state.touch}
      >
        {children}
      </SelectField>
    </Around>
  );
}

export function DraftCheck({ field, label, hint }: FieldProps) {
  const state = useField<boolean>(field);
  const problem = useProblem(state.findings);
  return (
    <Around field={field} state={state}>
      <label className={styles.check}>
        <input
          type="checkbox"
          data-field={field}
          checked={state.value}
          aria-invalid={problem ? true : undefined}
          onChange={(event) => state.set(event.target.checked)}
          onBlur={state.touch}
        />
        <span>
          {label}
          {hint ? <span className={styles.checkHint}>{hint}</span> : null}
        </span>
      </label>
      {problem ? <p className={styles.problem}>{problem}</p> : null}
    </Around>
  );
}

/** One of a few, each with what it means. */
export function DraftChoice({
  field,
  legend,
  choices,
}: {
  field: string;
  legend: string;
  choices: readonly { value: string; label: string; text: string }[];
}) {
  const state = useField<string | null>(field);
  const problem = useProblem(state.findings);
  return (
    <Around
      field={field}
      state={state}
      called={(value) => choices.find((choice) => choice.value === value)?.label ?? shown(value)}
    >
      <fieldset className={styles.choices} aria-invalid={problem ? true : undefined}>
        <legend>{legend}</legend>
        {choices.map(({ value, label, text }) => (
          <label key={value} className={styles.choice} data-chosen={state.value === value || undefined}>
            <input
              type="radio"
              name={field}
              value={value}
              data-field={field}
              checked={state.value === value}
              onChange={() => state.set(value)}
            />
            <span>
              <strong>{label}</strong>
              <span className={styles.choiceText}>{text}</span>
            </span>
          </label>
        ))}
        {problem ? <p className={styles.problem}>{problem}</p> : null}
      </fieldset>
    </Around>
  );
}

/** Two sentences in one line, with the stop of the language between them. */
export function withRemedy(
  { say, locale }: Words,
  { reason, remedy }: { reason: Message; remedy: Message | null },
): string {
  return remedy ? `${say(reason)}${locale === 'zh-CN' ? '。' : '. '}${say(remedy)}` : say(reason);
}

/** The first thing wrong with a field, with what to do about it. */
export function useProblem(findings: readonly Finding[]): string | undefined {
  const words = useWords();
  const error = findings.find(({ severity }) => severity === 'error');
  if (!error) return undefined;
  return withRemedy(words, error);
}

/** What stands under a field: a change from before, warnings, what may be let stand, and what probes found. */
function Around<T>({
  field,
  state,
  called = shown,
  children,
}: {
  field: string;
  state: FieldState<T>;
  /** How a value is called on the screen. */
  called?: (value: unknown) => string;
  children: ReactNode;
}) {
  const words = useWords();
  const { t } = words;
  const { draft } = useWizard();
  const warning = state.findings.find(({ severity }) => severity === 'warning');
  const acknowledge = acknowledgedBy(state);
  return (
    <div className={styles.around} data-changed={state.before !== undefined || undefined} data-around={field}>
      {children}
      {state.before === undefined ? null : (
        <p className={styles.was}>{t('screen.setup.was', { value: called(state.before) })}</p>
      )}
      {warning ? (
        <p className={styles.warning}>
          <StateMark severity="p3" size={15} digit={false} />
          <span>{withRemedy(words, warning)}</span>
        </p>
      ) : null}
      <ProbeNotes items={state.probed} />
      {acknowledge ? <Acknowledge acknowledge={acknowledge} draft={draft} /> : null}
    </div>
  );
}

function shown(value: unknown): string {
  return value === null || value === '' ? '–' : String(value);
}

/** What may be let stand of a field: as its values tell, or as the servers themselves do that are one machine. */
function acknowledgedBy({
  findings,
  probed,
}: Pick<FieldState<unknown>, 'findings' | 'probed'>): Acknowledgement | undefined {
  const isOneMachine = probed.some(({ id, result }) => id === 'two-machines' && result === 'fail');
  return findings.find(({ acknowledge }) => acknowledge)?.acknowledge ?? (isOneMachine ? 'same-machine' : undefined);
}

interface AcknowledgeProps {
  acknowledge: Acknowledgement;
  draft: ReturnType<typeof useWizard>['draft'];
}

function Acknowledge({ acknowledge, draft }: AcknowledgeProps) {
  const { t } = useWords();
  const { acknowledged } = draft.values;
  const rest = acknowledged.filter((each) => each !== acknowledge);
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        data-acknowledge={acknowledge}
        checked={acknowledged.includes(acknowledge)}
        onChange={(event) => draft.set('acknowledged', event.target.checked ? [...rest, acknowledge] : rest)}
      />
      <span>{t(`screen.setup.acknowledge.${acknowledge}`)}</span>
    </label>
  );
}

const MOST_NOTES = 3;

/** What probes found of a field: passes in one line, the others with their remedy. */
function ProbeNotes({ items }: { items: readonly ProbeItem[] }) {
  const { t, say } = useWords();
  const [first] = items;
  if (!first) return null;
  const open = items.filter(({ result }) => result !== 'pass');
  if (open.length === 0 && items.length > 1)
    return (
      <p className={styles.passed}>
        <ResultMark result="pass" /> {t('screen.setup.probed', { count: items.length })}
      </p>
    );
  return (
    <ul className={styles.notes}>
      {(open.length > 0 ? open : [first]).slice(0, MOST_NOTES).map((item) => (
        <li key={`${item.id} ${item.about}`} data-result={item.result}>
          <ResultMark result={item.result} />
          <span>
            {say(item.reason)}
            {item.remedy && item.result !== 'pass' ? <em> {say(item.remedy)}</em> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

const SEVERITIES = { pass: 'none', warn: 'p3', fail: 'p2', unknown: 'no-data' } as const;

export function ResultMark({ result }: { result: ProbeItem['result'] }) {
  const { t } = useWords();
  return (
    <>
      <StateMark severity={SEVERITIES[result]} size={15} digit={false} />
      <span className="visually-hidden">{t(`screen.setup.result.${result}`)}</span>
    </>
  );
}
