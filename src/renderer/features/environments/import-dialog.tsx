import { useRef, useState } from 'react';
import { Button, FileButton, Modal, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { ImportPreview } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import styles from './import.module.css';
import { ImportItemRow } from './import-item-row.tsx';
import { ImportProblems } from './import-problems.tsx';

interface Chosen {
  text: string;
  preview: ImportPreview;
}
type Readable = Extract<ImportPreview, { ok: true }>;

/** Imports environments from a file: chosen, shown beside what is there, and only then taken over. */
export function ImportDialog({ onClose, onDone }: { onClose(): void; onDone(said: Message): void }) {
  const { t, say } = useWords();
  const link = useLink();
  const button = useRef<HTMLButtonElement>(null);
  const [fileName, setFileName] = useState('');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);

  async function choose(picked: File) {
    setFileName(picked.name);
    setBusy(true);
    setProblem(null);
    setChosen(null);
    try {
      const text = await textOf(picked);
      const preview = await link.call('environments.previewImport', { text });
      setChosen({ text, preview });
      // What would be overwritten is not chosen by itself.
      setTaken(new Set(preview.ok ? preview.items.filter(({ state }) => state === 'new').map(({ id }) => id) : []));
    } catch (error) {
      setProblem(error instanceof DOMException ? message('screen.exchange.unreadable') : saidOf(error));
    } finally {
      setBusy(false);
    }
  }

  const preview = chosen?.preview.ok ? chosen.preview : null;
  const choices = (preview?.items ?? [])
    .filter(({ id }) => taken.has(id))
    .map(({ id, state }) => ({ id, action: state === 'new' ? ('add' as const) : ('replace' as const) }));
  const counts = {
    added: choices.filter(({ action }) => action === 'add').length,
    replaced: choices.filter(({ action }) => action === 'replace').length,
  };

  async function run({ revision }: Readable, text: string) {
    setBusy(true);
    try {
      await link.call('environments.import', { text, revision, choices });
      onDone(message('screen.exchange.done', counts));
    } catch (error) {
      setProblem(saidOf(error));
      setBusy(false);
    }
  }

  return (
    <Modal
      title={t('screen.exchange.importTitle')}
      onClose={onClose}
      initialFocus={button}
      footer={
        <>
          <Button onClick={onClose}>{t('screen.cancel')}</Button>
          <Button
            kind={counts.replaced > 0 ? 'danger' : 'main'}
            busy={busy}
            disabled={choices.length === 0}
            onClick={() => (preview && chosen ? run(preview, chosen.text) : undefined)}
          >
            {choices.length === 0 ? t('screen.exchange.none') : t('screen.exchange.confirm', counts)}
          </Button>
        </>
      }
    >
      <p>{t('screen.exchange.what')}</p>
      <p className={styles.file}>
        <FileButton
          ref={button}
          label={t('screen.exchange.choose')}
          name={t('screen.exchange.file')}
          accept=".json,application/json"
          onFile={choose}
        />
        <span>{fileName}</span>
      </p>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {chosen && !chosen.preview.ok ? <ImportProblems problems={chosen.preview.problems} /> : null}
      {preview ? <Preview preview={preview} taken={taken} onTake={setTaken} /> : null}
    </Modal>
  );
}

/** More than any file that is taken: it would only be sent to be refused. */
const MAX_BYTES = 1_900_000;

async function textOf(file: File): Promise<string> {
  return file.size > MAX_BYTES ? ' '.repeat(MAX_BYTES) : file.text();
}

function Preview({
  preview: { version, items, ignored },
  taken,
  onTake,
}: {
  preview: Readable;
  taken: ReadonlySet<string>;
  onTake(taken: ReadonlySet<string>): void;
}) {
  const { t } = useWords();
  return (
    <>
      {version < 2 ? <p>{t('screen.exchange.older', { version })}</p> : null}
      {ignored.length > 0 ? <p>{t('screen.exchange.ignored', { places: ignored.join(', ') })}</p> : null}
      <ul className={styles.items}>
        {items.map((item) => (
          <ImportItemRow
            key={item.id}
            item={item}
            isTaken={taken.has(item.id)}
            onTake={(isTaken) => {
              const next = new Set(taken);
              if (isTaken) next.add(item.id);
              else next.delete(item.id);
              onTake(next);
            }}
          />
        ))}
      </ul>
    </>
  );
}
