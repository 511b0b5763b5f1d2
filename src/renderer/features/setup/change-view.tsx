import { Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { type DiffLine, folded, type PlannedChange, type TreeRow } from '#shared/setup';
import styles from './setup.module.css';

interface ChangeViewProps {
  change: PlannedChange;
  confirmed: boolean;
  onConfirm(on: boolean): void;
}

/** One change as it would be made: where, what becomes of what, and whether it can be taken back. */
export function ChangeView({ change, confirmed, onConfirm }: ChangeViewProps) {
  const { t, say } = useWords();
  const { place, title, path, diff, tree, notes, needsConfirmation, undo, idle } = change;
  const where =
    place.kind === 'server'
      ? t('screen.setup.place.server', { name: place.instance, host: place.host })
      : t(`screen.setup.place.${place.kind}`);
  return (
    <section className={styles.change} data-change={change.id} aria-label={say(title)}>
      <header>
        <h2>{say(title)}</h2>
        <Tag>{where}</Tag>
        {idle ? <Tag>{t('screen.setup.idle')}</Tag> : null}
      </header>
      <p className={styles.path}>{path}</p>
      {diff ? <Diff lines={diff} /> : null}
      {tree ? <Tree rows={tree} /> : null}
      {notes.map((note) => (
        <p key={note.key} className={styles.muted}>
          {say(note)}
        </p>
      ))}
      <p className={styles.muted}>{say(undo)}</p>
      {needsConfirmation ? (
        <label className={styles.check}>
          <input type="checkbox" checked={confirmed} onChange={(event) => onConfirm(event.target.checked)} />
          <span>{t('screen.setup.confirmForeign')}</span>
        </label>
      ) : null}
    </section>
  );
}

const SIGNS: Record<DiffLine['kind'], string> = { same: ' ', gone: '−', new: '+' };

/** Removed and added lines, by sign and weight; colour is for what is abnormal. */
function Diff({ lines }: { lines: readonly DiffLine[] }) {
  const { t } = useWords();
  if (lines.every(({ kind }) => kind === 'same'))
    return <p className={styles.muted}>{t('screen.setup.noDifference')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className={styles.diff} tabIndex={0}>
      {folded(lines).map((line, at) =>
        line === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
          <span key={at} className={styles.fold}>{`⋯\n`}</span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
          <span key={at} data-kind={line.kind}>{`${SIGNS[line.kind]} ${line.text}\n`}</span>
        ),
      )}
    </pre>
  );
}

/** ZooKeeper's tree as it is and as it will be. */
function Tree({ rows }: { rows: readonly TreeRow[] }) {
  const { t } = useWords();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t('screen.setup.tree.path')}</th>
          <th>{t('screen.setup.tree.action')}</th>
          <th>{t('screen.setup.tree.before')}</th>
          <th>{t('screen.setup.tree.after')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.path} data-action={row.action}>
            <td className={styles.path}>
              {row.path}
              {row.acl ? <span className={styles.acl}>{row.acl}</span> : null}
            </td>
            <td>{t(`screen.setup.action.${row.action}`)}</td>
            <td>
              <Held text={row.before} there={row.version !== null} />
            </td>
            <td>
              {row.version !== null && row.before === row.after ? (
                t('screen.setup.tree.same')
              ) : (
                <Held text={row.after} there />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const SHORT = 60;

function Held({ text, there }: { text: string | null; there: boolean }) {
  const { t } = useWords();
  if (!there) return <>{t('screen.setup.tree.absent')}</>;
  if (text === null) return <>{t('screen.setup.tree.empty')}</>;
  if (text.length <= SHORT) return <code>{text}</code>;
  return (
    <details>
      <summary>{`${text.replace(/\s+/g, ' ').slice(0, SHORT)}…`}</summary>
      <pre className={styles.evidence}>{text}</pre>
    </details>
  );
}
