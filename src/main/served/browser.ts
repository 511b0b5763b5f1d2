import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  exists: (path: string) => boolean;
}
export interface BrowserCommand {
  file: string;
  args: string[];
}

const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const MAC_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const WINDOWS_BROWSERS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

/** How the installed browser is opened: as a window of its own where it can do that, else as the system does it. */
export function browserCommand(url: string, { platform, env, exists }: Machine): BrowserCommand {
  const browser = candidates(platform, env).find(exists);
  if (browser) return { file: browser, args: [`--app=${url}`] };
  if (platform === 'win32') return { file: 'rundll32.exe', args: ['url.dll,FileProtocolHandler', url] };
  return { file: platform === 'darwin' ? 'open' : 'xdg-open', args: [url] };
}

function candidates(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform === 'darwin') return MAC_BROWSERS;
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return roots.flatMap((root) => WINDOWS_BROWSERS.map((browser) => `${root}\\${browser}`));
  }
  const directories = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return CHROMIUMS.flatMap((name) => directories.map((directory) => join(directory, name)));
}

/** Opens the browser without a shell; it lives on by itself. `failed` is told where there is none. */
export function openBrowser(url: string, failed: (error: Error) => void): void {
  const { file, args } = browserCommand(url, { platform: process.platform, env: process.env, exists: existsSync });
  const child = spawn(file, args, { detached: true, stdio: 'ignore' });
  child.once('error', failed);
  child.unref();
}
