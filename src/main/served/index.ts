// The served shell: the console for a browser on this machine alone, over HTTP and one WebSocket, bound to loopback.
// Who may enter is decided in gate.ts: exact Host and Origin first, then a one-time token that becomes a cookie.
export { ArgumentsError, parseWebArguments, type WebArguments } from './arguments.ts';
export { openBrowser } from './browser.ts';
export { ScreenNotBuiltError } from './files.ts';
export { type ServedShell, ServeError, type ServeOptions, serve } from './server.ts';
