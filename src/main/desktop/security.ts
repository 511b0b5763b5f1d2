import type { App, Session, Shell, WebContents } from 'electron';
import type { Log } from '#core/logging';

/** The only hosts that a link may open in the operator's browser, over https. */
export const EXTERNAL_HOSTS: readonly string[] = ['zookeeper.apache.org'];

/** Opens an address in the browser if its host is allow-listed and its scheme is https; says whether it did. */
export type OpenExternal = (address: string) => boolean;

/** Opens an address in the system's browser: https, of an allowed host, and nothing else. */
export function createOpenExternal(shell: Pick<Shell, 'openExternal'>, log: Log): OpenExternal {
  return (address) => {
    const url = URL.parse(address);
    const allowed =
      url !== null &&
      url.protocol === 'https:' &&
      url.port === '' &&
      url.username === '' &&
      url.password === '' &&
      EXTERNAL_HOSTS.includes(url.hostname);
    if (!allowed) {
      log.warn('refused to open an address outside', { host: url?.host ?? 'not an address' });
      return false;
    }
    shell.openExternal(url.href).catch((error: unknown) => {
      log.warn('the browser could not be opened', { host: url.host, detail: String(error) });
    });
    return true;
  };
}

/** The calls made on a page's contents; the rest of Electron's is not reached. */
export type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** No page navigates, redirects, opens windows or attaches webviews, whatever it is asked to. */
export function guardContents(contents: GuardedContents, openExternal: OpenExternal, log: Log): void {
  const refuse = (what: string) => (event: { preventDefault(): void }) => {
    event.preventDefault();
    log.warn('refused by the shell', { what });
  };
  contents.on('will-navigate', refuse('navigation'));
  contents.on('will-frame-navigate', refuse('navigation of a frame'));
  contents.on('will-redirect', refuse('redirect'));
  contents.on('will-attach-webview', refuse('webview'));
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}

/** Guards every page that will ever exist, from before the first is made. */
export function guardEveryContents(app: Pick<App, 'on'>, openExternal: OpenExternal, log: Log): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, openExternal, log));
}

/** Pages may ask for nothing: requests and checks are both denied, and so are devices and screen capture. */
export function denyPermissions(
  session: Pick<
    Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'setDisplayMediaRequestHandler'
  >,
  log: Log,
): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('refused a permission', { permission });
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
}
