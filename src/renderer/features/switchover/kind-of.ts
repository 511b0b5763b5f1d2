import type { Words } from '#renderer/i18n';
import type { DryRun } from '#shared/contract';

/** What a switchover is called: the key of it. */
export function kindOf({ planned, choice }: Pick<DryRun, 'planned' | 'choice'>) {
  if (choice) return 'screen.choice.kind';
  return planned ? 'screen.promote.planned' : 'screen.promote.unplanned';
}

/**
 * How long nobody will be served, as far as it can be said: where nothing stops the primary, what earlier ones took says
 * nothing.
 */
export function expectedOutage(
  { t, f }: Pick<Words, 't' | 'f'>,
  { choice, expectedOutageMs, refusal, from }: DryRun,
): string {
  if (refusal?.key === 'preflight.refusal.nothingStops') return t('screen.promote.noEnd', { instance: from ?? '?' });
  if (choice) return t('screen.choice.noExpectation');
  return expectedOutageMs === null ? t('screen.promote.noExpectation') : `≈ ${f.duration(expectedOutageMs)}`;
}
