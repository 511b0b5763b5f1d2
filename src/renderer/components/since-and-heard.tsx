import { useWords } from '#renderer/i18n';
import { Ago, Since } from './time.tsx';

interface SinceAndHeardProps {
  sinceMs: number;
  /** null: never. */
  heardAtMs: number | null;
  /** Whether the state can still be believed: then since when it is so. */
  fresh: boolean;
  /** Whether something was heard lately: if not, when last. */
  heard: boolean;
}

/** Since when a state holds, and when anything was last heard where that is too long ago. */
export function SinceAndHeard({ sinceMs, heardAtMs, fresh, heard }: SinceAndHeardProps) {
  const { t } = useWords();
  return (
    <>
      {fresh ? <Since atMs={sinceMs} /> : null}
      {fresh && !heard ? ' · ' : null}
      {fresh && heard ? null : heardAtMs === null ? (
        t('screen.tile.neverHeard')
      ) : (
        <>
          {t('screen.tile.lastHeard')} <Ago atMs={heardAtMs} />
        </>
      )}
    </>
  );
}
