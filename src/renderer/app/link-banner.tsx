import { Ago, Banner } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { LINK_GRACE_MS, useAppInfo, useLinkState, useNow } from '#renderer/state';

/** How long it takes until a lost link is likely a console that was stopped. */
const GONE_AFTER_MS = 30_000;

/** Says that this screen hears nothing, since when, and what to try: all below is of the past. */
export function LinkBanner() {
  const { t, f } = useWords();
  const info = useAppInfo();
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const nowMs = useNow();
  if (lostAtMs === null || nowMs - lostAtMs <= LINK_GRACE_MS) return null;
  const gone = nowMs - lostAtMs > GONE_AFTER_MS;
  return (
    <Banner severity="p2" title={t('screen.link.lost', { time: f.time(lostAtMs) })}>
      {t(gone && info?.shell !== 'electron' ? 'screen.link.gone' : 'screen.link.retrying')} (<Ago atMs={lostAtMs} />)
    </Banner>
  );
}
