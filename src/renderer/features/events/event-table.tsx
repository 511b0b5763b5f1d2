import { StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref } from '#renderer/places';
import { useFleet } from '#renderer/state';
import type { EventView } from '#shared/contract';
import styles from './events.module.css';

interface EventTableProps {
  events: EventView[];
  /** With a column that says which pair. */
  withPair?: boolean;
}

/** Events, newest first. Those that need no response carry no mark. */
export function EventTable({ events, withPair = false }: EventTableProps) {
  const { t, f } = useWords();
  if (events.length === 0) return <p className={styles.none}>{t('screen.events.none')}</p>;
  const zone = f.zone(events[0]?.atMs ?? 0);
  return (
    <table className={styles.table}>
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
        {events.map((event) => (
          <Row key={event.id} event={event} withPair={withPair} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ event, withPair }: { event: EventView; withPair: boolean }) {
  const { t, say, f } = useWords();
  return (
    <tr data-severity={event.severity}>
      <td className={styles.time}>
        <time dateTime={new Date(event.atMs).toISOString()}>{f.dateTime(event.atMs)}</time>
      </td>
      <td className={styles.mark}>
        {event.severity === 'none' ? null : (
          <span className={styles.severity}>
            <StateMark severity={event.severity} size={16} /> {t(`screen.severity.${event.severity}`)}
          </span>
        )}
      </td>
      {withPair ? <td>{event.pairKey ? <PairLink pairKey={event.pairKey} /> : '—'}</td> : null}
      <td className={styles.instance}>{event.instance ?? '—'}</td>
      <td>{say(event.message)}</td>
    </tr>
  );
}

/** The pair by its node name; by its key where it is no longer configured. */
function PairLink({ pairKey }: { pairKey: string }) {
  const node = useFleet((fleet) => fleet?.pairs[pairKey]?.node);
  return node ? <a href={pairHref(pairKey)}>{node}</a> : pairKey;
}
