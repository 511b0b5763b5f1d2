import { posix, win32 } from 'node:path';

const FOLDER = 'kuantu-ha-console';

interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
}

/** Where the configuration file is unless `--config` says otherwise, by the platform's custom. */
export function configPath({ platform, env, home }: Machine): string {
  if (platform === 'win32')
    return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), FOLDER, 'config.json');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', FOLDER, 'config.json');
  return posix.join(absolute(env.XDG_CONFIG_HOME) ?? posix.join(home, '.config'), FOLDER, 'config.json');
}

/** The directory of the journal and other state, unless `--state-dir` says otherwise. */
export function statePath({ platform, env, home }: Machine): string {
  if (platform === 'win32') return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), FOLDER);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', FOLDER);
  return posix.join(absolute(env.XDG_STATE_HOME) ?? posix.join(home, '.local', 'state'), FOLDER);
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path && posix.isAbsolute(path) ? path : undefined;
}
