import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { type Clock, withDeadline } from '#core/clock';

/** A page of a report takes some hundred milliseconds. */
const PRINT_TIMEOUT_MS = 20_000;

/** The calls made on the hidden window; the rest of Electron's is not reached. */
export type PdfWindow = Pick<BrowserWindow, 'loadURL' | 'destroy' | 'isDestroyed'> & {
  webContents: Pick<BrowserWindow['webContents'], 'printToPDF'>;
};

export interface PdfParts {
  create(options: BrowserWindowConstructorOptions): PdfWindow;
  clock: Clock;
}

/**
 * Prints pages that need nothing else as PDF, in a hidden window without scripts, without Node and without our preload.
 * Rejects with a DeadlineError, or what Electron says; the window is gone in either case.
 */
export function createPdfPrinter({ create, clock }: PdfParts): (html: string) => Promise<Uint8Array> {
  return async (html) => {
    const window = create({
      show: false,
      webPreferences: { javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false },
    });
    try {
      return await withDeadline(clock, PRINT_TIMEOUT_MS, 'PDF', printed(window, html));
    } finally {
      if (!window.isDestroyed()) window.destroy();
    }
  };
}

async function printed(window: PdfWindow, html: string): Promise<Uint8Array> {
  await window.loadURL(`data:text/html;charset=utf-8;base64,${Buffer.from(html).toString('base64')}`);
  return window.webContents.printToPDF({ pageSize: 'A4', printBackground: true });
}
