import { ListTable, Moment, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref } from '#renderer/places';
import { useFleet } from '#renderer/state';
import type { EventView } from '#shared/contract';
import type { Message, StepName } from '#shared/domain';
import { type EventRow, eventRows } from './event-rows.ts';
import styles from './events.module.css';

interface EventTableProps {
  events: EventView[];
  /** At most so many lines. */
  limit?: number;
  /** With a column that says which pair. */
  withPair?: boolean;
}

/** Events, newest first. Those that need no response carry no mark. */
export function EventTable({ events, limit, withPair = false }: EventTableProps) {
  const { t, f } = useWords();
  if (events.length === 0) return <p className={styles.none}>{t('screen.events.none')}</p>;
  const zone = f.zone(events[0]?.atMs ?? 0);
  const rows = eventRows(events).slice(0, limit);
  return (
    <ListTable>
      <thead>
        <tr>
          <th scope="col" className={styles.time}>
            {t('screen.events.time', { zone })}
          </th>
          <th scope="col" className={styles.mark}>
            {t('screen.events.severity')}
          </th>
          {withPair ? <th scope="col">{t('screen.events.pair')}</th> : null}
          <th scope="col" className={styles.instance}>
            {t('screen.events.instance')}
          </th>
          <th scope="col">{t('screen.events.what')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} withPair={withPair} />
        ))}
      </tbody>
    </ListTable>
  );
}

/** One line; those that only record what went on behind it stand back. */
function Row({ row, withPair }: { row: EventRow; withPair: boolean }) {
  const { t } = useWords();
  const said = useSaid();
  const { atMs, severity, pairKey, instance, state, messages } = row;
  const wordless = state === 'switching' && messages.length > 0;
  return (
    <tr data-severity={severity} data-routine={row.routine}>
      <td className={styles.time}>
        <Moment atMs={atMs} />
      </td>
      <td className={styles.mark}>
        {severity === 'none' ? null : (
          <span className={styles.severity}>
            <StateMark severity={severity} size={16} /> {t(`screen.severity.${severity}`)}
          </span>
        )}
      </td>
      {withPair ? <td className={styles.pair}>{pairKey ? <PairLink pairKey={pairKey} /> : '—'}</td> : null}
      <td className={styles.instance}>{instance ?? '—'}</td>
      <td className={styles.what}>
        {state === null || wordless ? null : <strong>{t(`screen.state.${state}`)}</strong>}
        {messages.map(said).join(' · ')}
      </td>
    </tr>
  );
}

const STEP_DONE = /^step\.ok\.(.+)$/;

/** Says a message; of a step that went well only its name and time. */
function useSaid(): (message: Message) => string {
  const { t, say, f } = useWords();
  return (message) => {
    const step = STEP_DONE.exec(message.key)?.[1] as StepName | undefined;
    const { tookMs } = message.params;
    return step && typeof tookMs === 'number' ? `${t(`screen.step.${step}`)} ${f.duration(tookMs)}` : say(message);
  };
}

/** The pair by its node name; by its key where it is no longer configured. */
function PairLink({ pairKey }: { pairKey: string }) {
  const node = useFleet((fleet) => fleet?.pairs[pairKey]?.node);
  return node ? <a href={pairHref(pairKey)}>{node}</a> : pairKey;
}
