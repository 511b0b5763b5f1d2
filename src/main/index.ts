/** The Electron shell's entry: what must happen before Electron is ready, and nothing else. */
import { app, dialog, protocol } from 'electron';
import packageJson from '../../package.json' with { type: 'json' };
import { SCHEME } from './desktop/origin.ts';

// Also when it runs from a checkout, where Electron would call it "Electron" and keep its data there.
app.setName(packageJson.name);

// A second start shows the first one's window (desktop.ts hears of it) and leaves.
if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  // No top-level await: Electron is ready only once this module has been run to its end.
  app
    .whenReady()
    .then(() => import('#main/desktop'))
    .then(({ startDesktop }) => startDesktop({ version: packageJson.version, mainFolder: import.meta.dirname }))
    .catch((error: unknown) => {
      dialog.showErrorBox('KuanTu HA Console 宽途主备控制台', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
} else {
  app.quit();
}
