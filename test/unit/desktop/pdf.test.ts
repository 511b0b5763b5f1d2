import type { BrowserWindowConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { DeadlineError } from '#core/clock';
import { VirtualClock } from '#test/virtual-clock';
import { createPdfPrinter, type PdfWindow } from '../../../src/main/desktop/pdf.ts';

function printer(print: () => Promise<Buffer>) {
  const did: string[] = [];
  const options: BrowserWindowConstructorOptions[] = [];
  const clock = new VirtualClock();
  const window: PdfWindow = {
    loadURL: async (url) => void did.push(Buffer.from(url.split('base64,')[1] ?? '', 'base64').toString('utf8')),
    webContents: { printToPDF: print },
    isDestroyed: () => did.includes('destroyed'),
    destroy: () => void did.push('destroyed'),
  };
  const create = (given: BrowserWindowConstructorOptions) => {
    options.push(given);
    return window;
  };
  return { print: createPdfPrinter({ create, clock }), did, options, clock };
}

describe('a report as PDF', () => {
  it('is printed in a hidden window that runs nothing, and that is gone afterwards', async () => {
    const { print, did, options } = printer(async () => Buffer.from('%PDF'));
    expect(Buffer.from(await print('<h1>验证报告</h1>')).toString()).toBe('%PDF');
    expect(did).toEqual(['<h1>验证报告</h1>', 'destroyed']);
    expect(options[0]).toMatchObject({ show: false, webPreferences: { javascript: false, sandbox: true } });
    expect(options[0]?.webPreferences?.preload).toBeUndefined();
  });

  it('leaves no window behind where printing fails, or does not end', async () => {
    const failing = printer(() => Promise.reject(new Error('no printer')));
    await expect(failing.print('x')).rejects.toThrow('no printer');
    expect(failing.did).toContain('destroyed');
    const hanging = printer(() => new Promise(() => {}));
    const result = hanging.print('x').catch((error: unknown) => error);
    await hanging.clock.advance(20_000);
    expect(await result).toBeInstanceOf(DeadlineError);
    expect(hanging.did).toContain('destroyed');
  });
});
