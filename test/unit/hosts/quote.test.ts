import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, shownCommand } from '#main/hosts';
import { toolPath } from '#test/server-tools';

/** What a shell makes of a command line: the arguments, each ended by a NUL. */
function taken(shell: readonly string[], argv: readonly string[], written = commandLine): string[] {
  const [file = '', ...before] = shell;
  const out = execFileSync(file, [...before, '-c', written(['printf', '%s\\0', ...argv])]);
  return out.toString('utf8').split('\0').slice(0, -1);
}

const busybox = toolPath('busybox');
const SHELLS: readonly (readonly string[])[] = [['sh'], ['bash'], ...(busybox ? [[busybox, 'sh']] : [])];
const NASTY = [
  '',
  ' ',
  "'",
  '"',
  '\\',
  "\\'",
  "'\\''",
  '$HOME',
  '`id`',
  '$(id)',
  '!!',
  'a\nb',
  'a\tb',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '~',
  '~root',
  'A=B',
  '#',
  ';',
  '&',
  '|',
  '<',
  '>',
  '-n',
  '--',
  '挂载 目录',
  '\u{1f4be}',
  '\u0001\u007f',
  '\r',
];

describe.skipIf(process.platform === 'win32')('a command line', () => {
  it.each(SHELLS)('is taken apart by %s into exactly the arguments, however nasty', (...shell) => {
    expect(taken(shell, NASTY)).toEqual(NASTY);
    expect(taken(shell, NASTY, shownCommand)).toEqual(NASTY);
    for (const a of ["'", '\\', '$', '"', '\n'])
      expect(taken(shell, [a + a, `x${a}`, `${a}x`])).toEqual([a + a, `x${a}`, `${a}x`]);
  });

  it.each(SHELLS)(
    'is taken apart by %s for any arguments',
    (...shell) => {
      const character = fc
        .oneof(
          fc.integer({ min: 1, max: 0x7f }),
          fc.integer({ min: 1, max: 0xd7ff }),
          fc.integer({ min: 0xe000, max: 0x10ffff }),
        )
        .map((point) => String.fromCodePoint(point));
      const argument = fc.array(character, { maxLength: 30 }).map((characters) => characters.join(''));
      fc.assert(
        fc.property(fc.array(argument, { minLength: 1, maxLength: 100, size: 'max' }), (argv) => {
          expect(taken(shell, argv)).toEqual(argv);
        }),
        { numRuns: 5 },
      );
    },
    30_000,
  );

  it('that a person may copy has quotes only where a shell needs them', () => {
    expect(shownCommand(['mount', '-o', 'size=1m', 'a b', "/mnt/it's"])).toBe("mount -o size=1m 'a b' '/mnt/it'\\''s'");
  });

  it('leaves plain words as they are, so that they can be found in sudoers', () => {
    expect(commandLine(['stat', '-f', '-c', '%b', '/mnt/a,b'])).toBe('stat -f -c %b /mnt/a,b');
  });

  it('refuses what is no command', () => {
    expect(() => commandLine([])).toThrow(RangeError);
    expect(() => commandLine(['cat', 'a\0b'])).toThrow(RangeError);
  });
});
