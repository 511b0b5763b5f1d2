import { useWords } from '#renderer/i18n';
import { useNow } from '#renderer/state';

const DAY_MS = 24 * 3_600_000;

/** A time of day, with the date where it was not within the last day; the whole of it with its zone on hovering. */
export function Time({ atMs, nowMs }: { atMs: number; nowMs?: number }) {
  const { f } = useWords();
  const old = nowMs !== undefined && nowMs - atMs > DAY_MS;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={`${f.dateTime(atMs)} ${f.zone(atMs)}`}>
      {old ? f.dateTime(atMs) : f.time(atMs)}
    </time>
  );
}

/** How long ago, ticking. */
export function Ago({ atMs }: { atMs: number }) {
  const { t, f } = useWords();
  const ageMs = useNow() - atMs;
  return <>{ageMs < 1_000 ? t('screen.time.now') : t('screen.time.ago', { age: f.duration(wholeSeconds(ageMs)) })}</>;
}

/** Since when, and for how long by now. */
export function Since({ atMs }: { atMs: number }) {
  const { t, f } = useWords();
  const now = useNow();
  return (
    <>
      {t('screen.time.since')} <Time atMs={atMs} nowMs={now} /> ({f.duration(wholeSeconds(now - atMs))})
    </>
  );
}

/** Ages tick once a second: finer figures would be false. */
export function wholeSeconds(ms: number): number {
  return Math.max(1_000, Math.floor(ms / 1_000) * 1_000);
}
