import { useWords } from '#renderer/i18n';
import { useTicking } from '#renderer/state';

const DAY_MS = 24 * 3_600_000;

/** A time of day, with its date where asked; the whole of it with its zone on hovering. */
function Time({ atMs, withDate }: { atMs: number; withDate: boolean }) {
  const { f } = useWords();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={`${f.dateTime(atMs)} ${f.zone(atMs)}`}>
      {withDate ? f.dateTime(atMs) : f.time(atMs)}
    </time>
  );
}

/** A time of day, with the date where it was not within the last day. */
export function Moment({ atMs }: { atMs: number }) {
  const old = useTicking((nowMs) => nowMs - atMs > DAY_MS);
  return <Time atMs={atMs} withDate={old} />;
}

/** How long ago, ticking. */
export function Ago({ atMs }: { atMs: number }) {
  const { t, f } = useWords();
  const age = useTicking((nowMs) => (nowMs - atMs < 1_000 ? '' : f.duration(wholeSeconds(nowMs - atMs))));
  return <>{age === '' ? t('screen.time.now') : t('screen.time.ago', { age })}</>;
}

/** Since when, and for how long by now. */
export function Since({ atMs }: { atMs: number }) {
  const { t, f } = useWords();
  const old = useTicking((nowMs) => nowMs - atMs > DAY_MS);
  const length = useTicking((nowMs) => f.duration(wholeSeconds(nowMs - atMs)));
  return (
    <>
      {t('screen.time.since')} <Time atMs={atMs} withDate={old} /> ({length})
    </>
  );
}

/** Ages tick once a second: finer figures would be false. */
export function wholeSeconds(ms: number): number {
  return Math.max(1_000, Math.floor(ms / 1_000) * 1_000);
}
