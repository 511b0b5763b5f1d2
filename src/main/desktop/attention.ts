import type { App, NativeImage } from 'electron';
import type { TotalsView } from '#shared/contract';
import type { Locale } from '#shared/i18n';
import type { IconFiles } from './icons.ts';
import { tooltipOf, trayStateOf } from './status.ts';
import type { WindowPort } from './window.ts';

export interface AttentionParts {
  window: Pick<WindowPort, 'on' | 'isFocused' | 'isDestroyed' | 'flashFrame' | 'setProgressBar' | 'setOverlayIcon'>;
  app: Pick<App, 'setBadgeCount'>;
  image(file: string): NativeImage;
  icons: Pick<IconFiles, 'overlay'>;
  platform: NodeJS.Platform;
  locale(): Locale;
  nowMs(): number;
}

/**
 * What dock and task bar say: how many pairs need somebody (P1 and P2), a flash for every new P1 until the window is
 * looked at, and a red task bar button while there is one.
 */
export function createAttention(parts: AttentionParts): { show(totals: TotalsView | undefined): void } {
  const { window, app, platform } = parts;
  let p1Before = 0;
  let overlayBefore: string | undefined;
  window.on('focus', () => window.flashFrame(false));

  function overlay(totals: TotalsView | undefined): void {
    const state = trayStateOf(totals);
    if (state === overlayBefore) return;
    overlayBefore = state;
    const words = tooltipOf(totals, parts.locale(), parts.nowMs());
    window.setOverlayIcon(state === 'normal' ? null : parts.image(parts.icons.overlay(state)), words);
  }

  return {
    show(totals) {
      if (window.isDestroyed()) return;
      const p1 = totals?.p1 ?? 0;
      if (platform === 'win32') overlay(totals);
      else app.setBadgeCount(p1 + (totals?.p2 ?? 0));
      if (p1 > 0) window.setProgressBar(1, { mode: 'error' });
      else if (p1Before > 0) window.setProgressBar(-1);
      if (p1 > p1Before && !window.isFocused()) window.flashFrame(true);
      p1Before = p1;
    },
  };
}
