import { describe, expect, it } from 'vitest';
import { ArgumentsError, parseWebArguments } from '#main/served';
import { browserCommand } from '../../../src/main/served/browser.ts';

describe('the command line', () => {
  it('opens a browser on any free port unless told otherwise', () => {
    expect(parseWebArguments([])).toMatchObject({ open: true, port: 0, practice: false, config: undefined });
    expect(
      parseWebArguments([
        '--web',
        '--no-open',
        '--practice',
        '--port',
        '8080',
        '--config',
        'a.json',
        '--lang',
        'zh-CN',
      ]),
    ).toMatchObject({ open: false, port: 8080, practice: true, config: 'a.json', locale: 'zh-CN' });
  });

  it.each([
    [['--prot', '1'], '--prot'],
    [['--port', '70000'], '--port 70000'],
    [['--port', '-1'], '--port'],
    [['--port', '1e3'], '--port 1e3'],
    [['--lang', 'fr'], '--lang fr'],
    [['--log-level', 'loud'], '--log-level loud'],
    [['extra'], 'extra'],
    [['--config'], '--config'],
  ])('refuses %j and says what is wrong', (args, said) => {
    expect(() => parseWebArguments(args)).toThrow(ArgumentsError);
    expect(() => parseWebArguments(args)).toThrow(said);
  });
});

describe('the browser', () => {
  const url = 'http://127.0.0.1:1/?token=t';
  const machine = (platform: NodeJS.Platform, there: string[], env = {}) => ({
    platform,
    env,
    exists: (path: string) => there.includes(path),
  });

  it('opens as a window of its own where one can do that', () => {
    const env = { PATH: '/opt/bin:/usr/bin' };
    expect(browserCommand(url, machine('linux', ['/usr/bin/chromium'], env))).toEqual({
      file: '/usr/bin/chromium',
      args: [`--app=${url}`],
    });
  });

  it('is the system’s choice elsewhere, never through a shell', () => {
    expect(browserCommand(url, machine('linux', []))).toEqual({ file: 'xdg-open', args: [url] });
    expect(browserCommand(url, machine('darwin', []))).toEqual({ file: 'open', args: [url] });
    expect(browserCommand(url, machine('win32', [])).file).toBe('rundll32.exe');
  });
});
