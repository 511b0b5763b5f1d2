import type { MenuItemConstructorOptions } from 'electron';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';

export interface MenuParts {
  locale: Locale;
  platform: NodeJS.Platform;
  /** Developer tools are for builds in development alone. */
  packaged: boolean;
  closeToTray: { possible: boolean; checked: boolean };
  loginItem: boolean;
  actions: {
    open(): void;
    quit(): void;
    setCloseToTray(chosen: boolean): void;
    setLoginItem(chosen: boolean): void;
    zooKeeperGuide(): void;
  };
}

const words = (locale: Locale, name: string) => sentence(locale, message(`shell.menu.${name}`));
const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

function consoleMenu({ locale, platform, closeToTray, loginItem, actions }: MenuParts): MenuItemConstructorOptions {
  const say = (name: string) => words(locale, name);
  const hiding: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'hide' }, { role: 'hideOthers' }] : [];
  return {
    label: say('console'),
    submenu: [
      { label: say('about'), role: 'about' },
      SEPARATOR,
      {
        label: say('loginItem'),
        type: 'checkbox',
        checked: loginItem,
        click: (item) => actions.setLoginItem(item.checked),
      },
      {
        label: say('closeToTray'),
        type: 'checkbox',
        visible: platform !== 'darwin',
        enabled: closeToTray.possible,
        checked: closeToTray.checked,
        click: (item) => actions.setCloseToTray(item.checked),
      },
      SEPARATOR,
      ...hiding,
      { label: say('quit'), accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() },
    ],
  };
}

/** The window's menu. Nothing that touches a pair is in it: such things are done where their consequences are shown. */
export function windowMenu(parts: MenuParts): MenuItemConstructorOptions[] {
  const say = (name: string) => words(parts.locale, name);
  const tools: MenuItemConstructorOptions[] = parts.packaged
    ? []
    : [{ label: say('developer'), role: 'toggleDevTools' }];
  return [
    consoleMenu(parts),
    {
      label: say('edit'),
      submenu: [
        { label: say('cut'), role: 'cut' },
        { label: say('copy'), role: 'copy' },
        { label: say('paste'), role: 'paste' },
        { label: say('selectAll'), role: 'selectAll' },
      ],
    },
    {
      label: say('view'),
      submenu: [
        { label: say('zoomIn'), role: 'zoomIn' },
        { label: say('zoomOut'), role: 'zoomOut' },
        { label: say('zoomReset'), role: 'resetZoom' },
        SEPARATOR,
        { label: say('fullScreen'), role: 'togglefullscreen' },
        ...tools,
      ],
    },
    {
      label: say('help'),
      role: 'help',
      submenu: [{ label: say('zooKeeperGuide'), click: () => parts.actions.zooKeeperGuide() }],
    },
  ];
}

/** The tray's menu: to look, and to quit. */
export function trayMenu({ locale, actions }: Pick<MenuParts, 'locale' | 'actions'>): MenuItemConstructorOptions[] {
  return [
    { label: words(locale, 'open'), click: () => actions.open() },
    SEPARATOR,
    { label: words(locale, 'quit'), click: () => actions.quit() },
  ];
}
