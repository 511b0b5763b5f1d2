import { Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { ImportChange, ImportItem } from '#shared/contract';
import type { Message } from '#shared/domain';
import styles from './import.module.css';

/** One environment of the file, and what taking it over would mean. */
export function ImportItemRow({
  item: { id, name, pairs, state, changes, moreChanges, conflicts, missing },
  isTaken,
  onTake,
}: {
  item: ImportItem;
  isTaken: boolean;
  onTake(isTaken: boolean): void;
}) {
  const { t } = useWords();
  return (
    <li className={styles.item}>
      <h3>
        {name} <span className={styles.id}>{id}</span>{' '}
        <Tag strong={state === 'changed'}>{t(`screen.exchange.state.${state}`)}</Tag>
      </h3>
      <p className={styles.id}>{t('screen.environments.pairs', { count: pairs })}</p>
      {state === 'same' ? (
        <p>{t('screen.exchange.same')}</p>
      ) : (
        <label className={styles.take}>
          <input type="checkbox" checked={isTaken} onChange={({ target }) => onTake(target.checked)} />
          {t(state === 'new' ? 'screen.exchange.add' : 'screen.exchange.replace', { name })}
        </label>
      )}
      <Sentences title={t('screen.exchange.conflicts')} said={conflicts} />
      <Sentences title={t('screen.exchange.missing')} said={state === 'same' ? [] : missing} />
      {changes.length > 0 ? <Changes changes={changes} more={moreChanges} /> : null}
    </li>
  );
}

function Sentences({ title, said }: { title: string; said: readonly Message[] }) {
  const { say } = useWords();
  if (said.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      <ul className={styles.sentences}>
        {said.map((each) => (
          <li key={say(each)}>{say(each)}</li>
        ))}
      </ul>
    </section>
  );
}

function Changes({ changes, more }: { changes: readonly ImportChange[]; more: number }) {
  const { t } = useWords();
  const shown = (value: string | null) => value ?? t('screen.exchange.nothing');
  return (
    <section>
      <h4>{t('screen.exchange.changes', { count: changes.length + more })}</h4>
      <table className={styles.changes}>
        <thead>
          <tr>
            <th>{t('screen.exchange.changePlace')}</th>
            <th>{t('screen.exchange.changeBefore')}</th>
            <th>{t('screen.exchange.changeAfter')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ place, before, after }) => (
            <tr key={place}>
              <th scope="row">{place}</th>
              <td>{shown(before)}</td>
              <td>{shown(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 ? <p>{t('screen.exchange.moreChanges', { count: more })}</p> : null}
    </section>
  );
}
