import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import type { App } from 'electron';

/** The option that a console started at login is given: it stays out of sight. */
export const HIDDEN_OPTION = '--hidden';

export interface LoginItem {
  enabled(): boolean;
  /** Throws what the file system says where Linux' autostart file cannot be written. */
  set(enabled: boolean): void;
}

/** Start at login through the system's own list: macOS and Windows. */
export function systemLoginItem(app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>): LoginItem {
  const args = [HIDDEN_OPTION];
  return {
    enabled: () => app.getLoginItemSettings({ args }).openAtLogin,
    set: (enabled) => app.setLoginItemSettings({ openAtLogin: enabled, args }),
  };
}

/** A word of an `Exec` line: quoted as the Desktop Entry Specification has it. */
export function execWord(word: string): string {
  // Twice: `Exec` quotes with backslashes, and the file's strings escape each of those once more.
  const quoted = word
    .replace(/[\\"`$]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `"${quoted}"`;
}

/** Where Linux desktops look for what to start at login. */
export function autostartFile(env: NodeJS.ProcessEnv, home: string): string {
  const configured = env.XDG_CONFIG_HOME;
  const folder = configured && posix.isAbsolute(configured) ? configured : posix.join(home, '.config');
  return posix.join(folder, 'autostart', 'kuantu-ha-console.desktop');
}

/** Start at login on Linux: an autostart file. `program` is the AppImage where it runs from one. */
export function autostartLoginItem(file: string, program: string, name: string): LoginItem {
  const entry = [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    `Exec=${execWord(program)} ${HIDDEN_OPTION}`,
    'Terminal=false',
    '',
  ].join('\n');
  return {
    enabled: () => existsSync(file),
    set(enabled) {
      if (!enabled) return rmSync(file, { force: true });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, entry, { mode: 0o644 });
    },
  };
}
