import { useWords } from '#renderer/i18n';
import { useTicking } from '#renderer/state';

/** A time of day, with the day where it is not today's; the whole of it with its zone on hovering. */
export function Moment({ atMs }: { atMs: number }) {
  const { f } = useWords();
  const today = useTicking((nowMs) => f.date(nowMs) === f.date(atMs));
  return (
    <time dateTime={new Date(atMs).toISOString()} title={`${f.dateTime(atMs)} ${f.zone(atMs)}`}>
      {today ? f.time(atMs) : f.dateTime(atMs)}
    </time>
  );
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
  const length = useTicking((nowMs) => f.duration(wholeSeconds(nowMs - atMs)));
  return (
    <>
      {t('screen.time.since')} <Moment atMs={atMs} /> ({length})
    </>
  );
}

/** Ages tick once a second: finer figures would be false. */
export function wholeSeconds(ms: number): number {
  return Math.max(1_000, Math.floor(ms / 1_000) * 1_000);
}
