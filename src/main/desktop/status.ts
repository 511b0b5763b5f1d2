import type { Severity, TotalsView } from '#shared/contract';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';

/** The tray's states; each has a shape of its own. */
export const TRAY_STATES = ['normal', 'p3', 'p2', 'p1', 'no-data'] as const;
export type TrayState = (typeof TRAY_STATES)[number];

/** Nothing configured is nothing to see, not normal: there is no data. */
export function trayStateOf(totals: TotalsView | undefined): TrayState {
  if (!totals) return 'no-data';
  const states: Record<Severity, TrayState> = { p1: 'p1', p2: 'p2', p3: 'p3', 'no-data': 'no-data', none: 'normal' };
  const watched = totals.p1 + totals.p2 + totals.p3 + totals.ok + totals.noData;
  return watched === 0 ? 'no-data' : states[totals.severity];
}

/** `2 P1 · 5 P2 · 498 ok · 12:03:41`: what is not zero, and always what is well and when that was. */
export function tooltipOf(totals: TotalsView | undefined, locale: Locale, nowMs: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const words = (name: string, count: number) => sentence(locale, message(`shell.tray.${name}`, { count }));
  if (!totals) return [words('stale', 0), time.format(nowMs)].join(' · ');
  const { p1, p2, p3, noData, ok } = totals;
  const abnormal = Object.entries({ p1, p2, p3, noData }).filter(([, count]) => count > 0);
  return [...abnormal.map(([name, count]) => words(name, count)), words('ok', ok), time.format(nowMs)].join(' · ');
}
