/** The console's own scheme: a standard, secure origin that no web page can be served from. */
export const SCHEME = 'app';
const HOST = 'console';
/** The screen's origin inside the Electron shell. */
export const ORIGIN = `${SCHEME}://${HOST}`;
export const START_PAGE = `${ORIGIN}/index.html`;

/** Whether an address is of the screen's own origin. An address that does not parse is not. */
export function isOurs(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${SCHEME}:` && url.host === HOST;
}

/** The address of a pair's page: the screen routes by the fragment. */
export function pairPage(pairKey: string): string {
  return `${START_PAGE}#/pair/${pairKey.split('/').map(encodeURIComponent).join('/')}`;
}
