import { useEffect } from 'react';
import { useWords } from '#renderer/i18n';
import { LINK_GRACE_MS, useFleet, useLinkState, useNow } from '#renderer/state';
import type { Severity } from '#shared/contract';

/** Makes the page's title and favicon follow the fleet: the shape differs, and a count comes first. */
export function usePageIcon(): void {
  const { t } = useWords();
  const nowMs = useNow();
  const totals = useFleet((fleet) => fleet?.totals);
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const cutOff = lostAtMs !== null && nowMs - lostAtMs > LINK_GRACE_MS;
  const severity: Severity = cutOff ? 'no-data' : (totals?.severity ?? 'none');
  const counted = severity === 'p1' || severity === 'p2' || severity === 'p3' ? (totals?.[severity] ?? 0) : 0;
  const word = severity === 'none' ? '' : t(`screen.severity.${severity}`);
  const prefix = word === '' ? '' : `(${counted > 0 ? `${counted} ` : ''}${word}) `;
  const product = t('screen.product');

  useEffect(() => {
    document.title = prefix + product;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = `./favicon/${severity}.svg`;
  }, [prefix, product, severity]);
}
