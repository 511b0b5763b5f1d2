import type { Menu, Tray } from 'electron';
import { type Clock, every } from '#core/clock';
import type { Log } from '#core/logging';
import type { TotalsView } from '#shared/contract';
import type { Locale } from '#shared/i18n';
import type { IconFiles } from './icons.ts';
import { type TrayState, tooltipOf, trayStateOf } from './status.ts';

/** Windows knows the tray icon again by this, wherever the program moves. */
export const TRAY_GUID = '5e0f2c7a-7b52-4e0d-9a63-2f1f9b0d8c41';
/** The time in the tooltip is when what it says was still so. */
const TOOLTIP_INTERVAL_MS = 10_000;

export type TrayPort = Pick<Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'on' | 'destroy'>;

export interface TrayParts {
  create(iconFile: string, guid: string | undefined): TrayPort;
  icons: Pick<IconFiles, 'tray'>;
  platform: NodeJS.Platform;
  /** The menu in the operator's language. */
  menu(): Menu;
  /** The icon was clicked; Linux opens the menu instead. */
  clicked(): void;
  locale(): Locale;
  clock: Clock;
  log: Log;
}

export interface ConsoleTray {
  /** Whether there is a tray to be found in; false where the desktop has none. */
  readonly works: boolean;
  /** Shows the totals; undefined: nothing is known any more. */
  show(totals: TotalsView | undefined): void;
  /** Language or menu changed. */
  refresh(): void;
  destroy(): void;
}

/** The tray icon: state by shape, totals in its tooltip. A desktop without a tray is no failure. */
export function createTray(parts: TrayParts): ConsoleTray {
  const { icons, platform, clock, log } = parts;
  let totals: TotalsView | undefined;
  let shownState: TrayState = trayStateOf(undefined);
  let shownTooltip = '';
  let tray: TrayPort;
  try {
    tray = parts.create(icons.tray(shownState), platform === 'win32' ? TRAY_GUID : undefined);
  } catch (error) {
    log.warn('there is no tray on this desktop', { error });
    return { works: false, show() {}, refresh() {}, destroy() {} };
  }
  // Linux has no right click to open it with: the menu must be set.
  tray.setContextMenu(parts.menu());
  tray.on('click', () => parts.clicked());

  function draw(): void {
    const state = trayStateOf(totals);
    if (state !== shownState) tray.setImage(icons.tray(state));
    shownState = state;
    const tooltip = tooltipOf(totals, parts.locale(), clock.wallMs());
    if (tooltip !== shownTooltip) tray.setToolTip(tooltip);
    shownTooltip = tooltip;
  }

  draw();
  const timer = every(clock, TOOLTIP_INTERVAL_MS, draw);
  return {
    works: true,
    show(next) {
      totals = next;
      draw();
    },
    refresh() {
      tray.setContextMenu(parts.menu());
      draw();
    },
    destroy() {
      timer.cancel();
      tray.destroy();
    },
  };
}
