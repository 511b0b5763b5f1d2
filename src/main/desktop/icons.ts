import { join } from 'node:path';
import type { TrayState } from './status.ts';

/** The icon files; Electron finds the `@2x` next to each by itself. */
export function iconFiles(folder: string, platform: NodeJS.Platform) {
  const tray = (state: TrayState): string => {
    if (platform === 'darwin') return join(folder, 'tray', `${state}-Template.png`);
    return join(folder, 'tray', `${state}-${platform === 'win32' ? 16 : 22}.png`);
  };
  return {
    tray,
    /** Small enough for the badge on a Windows task bar button. */
    overlay: (state: TrayState) => join(folder, 'tray', `${state}-16.png`),
    notice: (state: TrayState) => join(folder, 'tray', `${state}-32.png`),
    window: join(folder, platform === 'win32' ? 'app.ico' : 'app/512x512.png'),
  };
}
export type IconFiles = ReturnType<typeof iconFiles>;
