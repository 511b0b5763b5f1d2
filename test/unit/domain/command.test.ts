import { describe, expect, it } from 'vitest';
import { type CommandValues, commandSchema, fenceHookSchema, fillCommand, shownCommand } from '#shared/domain';

const problem = (given: string[], timeoutMs = 1_000) => {
  const parsed = commandSchema.safeParse({ arguments: given, timeoutMs });
  return parsed.success ? null : [parsed.error.issues[0]?.message, parsed.error.issues[0]?.path.join('.')];
};

describe('a command of the configuration', () => {
  it.each<[string, string[], string | null]>([
    ['a program and arguments', ['/usr/bin/ssh', '-o', 'BatchMode=yes', 'fence@{host}', '/opt/fence', '{epoch}'], null],
    ['one of Windows', ['C:\\Tools\\fence.exe', '{incarnation}'], null],
    ['an empty argument', ['/bin/x', ''], null],
    ['braces that are none of a placeholder', ['/bin/x', '{"a":1}', '{}', '{ x }'], null],
    ['a program that would be searched for', ['ssh', 'host'], 'problem.program'],
    ['a program by a placeholder', ['/opt/{instance}'], 'problem.program'],
    ['a shell line', ['/usr/bin/ssh host fence'], null],
    ['an unknown placeholder', ['/bin/x', '{host}', '{password}'], 'problem.placeholder'],
    ['a line break', ['/bin/x', 'a\nb'], 'problem.argument'],
    ['a zero byte', ['/bin/x', 'a\u0000'], 'problem.argument'],
  ])('%s', (_name, given, expected) => {
    expect(problem(given)?.[0] ?? null).toBe(expected);
  });

  it('has a program, at most 64 arguments, and a time-out', () => {
    expect(problem([])).toEqual(['problem.required', 'arguments']);
    expect(problem(['/bin/x', ...Array.from({ length: 64 }, () => 'a')])?.[0]).toBe('problem.manyArguments');
    expect(problem(['/bin/x'], 99)).toEqual(['problem.commandTimeout', 'timeoutMs']);
    expect(fenceHookSchema.parse({ arguments: ['/bin/x'] })).toEqual({
      arguments: ['/bin/x'],
      timeoutMs: 10_000,
      required: false,
    });
  });
});

describe('filling a command', () => {
  const values: CommandValues = { host: '10.8.3.1', epoch: '7', incarnation: 'A-1', instance: '主机A' };

  it('puts values where they are named, as a whole argument or a part of one', () => {
    expect(
      fillCommand(['/bin/x', 'fence@{host}', '{epoch}', '--as={incarnation}-{epoch}', '{instance}'], values),
    ).toEqual({
      ok: true,
      arguments: ['/bin/x', 'fence@10.8.3.1', '7', '--as=A-1-7', '主机A'],
    });
  });

  it('does not fill what is not known', () => {
    expect(fillCommand(['/bin/x', '{pid}'], values)).toEqual({ ok: false, placeholder: 'pid', why: 'unknown' });
  });

  it.each([
    '-oProxyCommand=x',
    '$(reboot)',
    'a b',
    'a;b',
    "a'b",
    'a"b',
    'a`b`',
    'a|b',
    'a&b',
    'a>b',
    'a\nb',
    '',
    '%PATH%',
    '../x',
    'a'.repeat(256),
  ])('does not hand on %j, which comes out of ZooKeeper', (incarnation) => {
    expect(fillCommand(['/bin/x', '{incarnation}'], { incarnation })).toEqual({
      ok: false,
      placeholder: 'incarnation',
      why: 'unsafe',
    });
  });

  it('does not look for placeholders in values', () => {
    expect(shownCommand(['{instance}', '{epoch}'], { instance: '{epoch}', epoch: '7' })).toEqual(['{epoch}', '7']);
  });

  it('shows what is not known yet as the placeholder that it is', () => {
    expect(shownCommand(['/bin/x', '{token}', '{epoch}'], values)).toEqual(['/bin/x', '{token}', '7']);
  });
});
