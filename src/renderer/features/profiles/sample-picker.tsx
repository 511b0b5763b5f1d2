import { useMemo, useRef, useState } from 'react';
import { Button, Modal, Problem, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { PickableField, SampleView } from '#shared/contract';
import type { Message } from '#shared/domain';
import { fieldAt, type PickOf, type Picks, pointed, sentPicks } from './picks.ts';
import styles from './profiles.module.css';
import type { SampleFile } from './sample-file.ts';
import { ValueRow } from './value-row.tsx';

interface Props {
  sample: SampleFile;
  view: Extract<SampleView, { ok: true }>;
  fields: readonly PickableField[];
  onBack(): void;
  onSaved(name: string, warnings: Message[]): void;
}

/** More at once is slow, and nobody looks through them: there is a search. */
const MOST_ROWS = 100;

/** The values of a sample: each can be said to be one of our fields. */
export function SamplePicker({ sample, view, fields, onBack, onSaved }: Props) {
  const { t, say } = useWords();
  const link = useLink();
  const first = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const [find, setFind] = useState('');
  const [picks, setPicks] = useState<Picks>({});
  const [problems, setProblems] = useState<Message[]>([]);
  const [busy, setBusy] = useState(false);
  const found = useMemo(() => {
    const wanted = find.trim().toLowerCase();
    return view.values.filter(({ selector, value }) => `${selector} ${value ?? ''}`.toLowerCase().includes(wanted));
  }, [view, find]);
  const count = Object.keys(picks).length;

  async function save() {
    setBusy(true);
    try {
      const result = await link.call('profiles.save', { ...sample, name, picks: sentPicks(picks, fields) });
      if (result.ok) return onSaved(name, result.warnings);
      setProblems(result.problems);
    } catch (error) {
      setProblems([saidOf(error)]);
    }
    setBusy(false);
  }
  const change = (field: string, part: Partial<PickOf>) =>
    setPicks((now) => {
      const pick = now[field];
      return pick ? { ...now, [field]: { ...pick, ...part } } : now;
    });

  return (
    <Modal
      title={t('screen.profiles.pickTitle', { file: sample.file })}
      onClose={onBack}
      initialFocus={first}
      footer={
        <>
          <Button onClick={onBack}>{t('screen.cancel')}</Button>
          <Button kind="main" busy={busy} disabled={count === 0 || name === ''} onClick={save}>
            {t('screen.profiles.save', { count })}
          </Button>
        </>
      }
    >
      <p>{t('screen.profiles.pickWhat', { root: view.root, encoding: view.encoding.toUpperCase() })}</p>
      <div className={styles.head}>
        <TextField
          ref={first}
          label={t('screen.profiles.name')}
          hint={t('screen.profiles.name.hint')}
          value={name}
          onChange={({ target }) => setName(target.value.trim())}
        />
        <TextField label={t('screen.profiles.find')} value={find} onChange={({ target }) => setFind(target.value)} />
      </div>
      {problems.map((each) => (
        <Problem key={say(each)}>{say(each)}</Problem>
      ))}
      <ul className={styles.list}>
        {found.slice(0, MOST_ROWS).map((value) => {
          const field = fieldAt(picks, value.selector);
          return (
            <ValueRow
              key={value.selector}
              value={value}
              fields={fields}
              field={field}
              pick={picks[field]}
              onPoint={(to) => setPicks((now) => pointed(now, value.selector, to))}
              onChange={(part) => change(field, part)}
            />
          );
        })}
      </ul>
      {found.length > MOST_ROWS || view.isCut ? (
        <p className={styles.muted}>{t('screen.profiles.more', { shown: Math.min(found.length, MOST_ROWS) })}</p>
      ) : null}
      {found.length === 0 ? <p className={styles.muted}>{t('screen.profiles.nothing')}</p> : null}
    </Modal>
  );
}
