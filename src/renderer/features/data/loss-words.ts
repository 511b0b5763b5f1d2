import type { Words } from '#renderer/i18n';

/** What a promotion that cannot read the mount would cost, in words. `bound` null: nobody can say. */
export function lossWords({ t, f }: Words, bound: number | null): string {
  if (bound === null) return t('screen.data.loss.unknown');
  return bound === 0 ? t('screen.data.loss.none') : t('screen.data.loss.atMost', { bound: f.number(bound) });
}
