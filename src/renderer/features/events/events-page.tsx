import { useState } from 'react';
import { Button, Problem, SelectField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useFleet, useLatestEvents, useLink } from '#renderer/state';
import type { EventView, PairTile } from '#shared/contract';
import type { Message } from '#shared/domain';
import { EventTable } from './event-table.tsx';
import styles from './events.module.css';
import { mergeEvents } from './merge-events.ts';

const PAGE_SIZE = 100;
const NO_PAIRS: Record<string, PairTile> = {};

/** All events: the latest as they come, older ones on asking. */
export function EventsPage() {
  const { t, say } = useWords();
  const link = useLink();
  const latest = useLatestEvents();
  const pairs = useFleet((fleet) => fleet?.pairs) ?? NO_PAIRS;
  const [older, setOlder] = useState<EventView[]>([]);
  const [pairKey, setPairKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [complete, setComplete] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);
  const events = mergeEvents(latest ?? [], older).filter((event) => pairKey === '' || event.pairKey === pairKey);

  async function loadOlder() {
    setBusy(true);
    setProblem(null);
    try {
      const beforeId = events.at(-1)?.id;
      const page = await link.call('events.list', {
        limit: PAGE_SIZE,
        ...(beforeId === undefined ? {} : { beforeId }),
        ...(pairKey === '' ? {} : { pairKey }),
      });
      setOlder((known) => mergeEvents(known, page));
      setComplete(page.length < PAGE_SIZE);
    } catch (error) {
      setProblem(saidOf(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t('screen.events.title')}</h1>
        <SelectField
          label={t('screen.events.pair')}
          value={pairKey}
          onChange={(event) => {
            setPairKey(event.target.value);
            // What was fetched for one filter has gaps under another.
            setOlder([]);
            setComplete(false);
          }}
        >
          <option value="">{t('screen.events.allPairs')}</option>
          {Object.values(pairs).map((tile) => (
            <option key={tile.key} value={tile.key}>
              {tile.environmentName} / {tile.node}
            </option>
          ))}
        </SelectField>
      </header>
      <div className={styles.sheet}>
        <EventTable events={events} withPair />
      </div>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      <div>
        <Button busy={busy} disabled={complete} onClick={loadOlder}>
          {t(complete ? 'screen.events.complete' : 'screen.events.older')}
        </Button>
      </div>
    </div>
  );
}
