import { describe, expect, it } from 'vitest';
import { parseCheckArguments } from '#main/check-command';

const wrong = (...args: string[]) => {
  const parsed = parseCheckArguments(args);
  return parsed.kind === 'wrong' ? parsed.line : parsed.kind;
};

describe("the check's command line", () => {
  it('needs a configuration and a pair', () => {
    expect(wrong()).toBe('check: --config FILE is missing (--help shows the options)');
    expect(wrong('--config', 'c')).toBe('check: --pair PAIR is missing (--help shows the options)');
    expect(wrong('--help')).toBe('help');
    expect(parseCheckArguments(['--config', 'c', '--pair', 'p', '--json', '--strict'])).toMatchObject({
      kind: 'run',
      options: { config: 'c', pair: 'p', json: true, strict: true, acceptNewHostKeys: false, remount: undefined },
    });
  });

  it('says in one line what is wrong', () => {
    for (const args of [
      ['--nope'],
      ['x'],
      ['--config', 'c', '--pair', 'p', '--yes'],
      ['--config', 'c', '--pair', 'p', '--dry-run'],
    ])
      expect(wrong(...args)).toMatch(/^check: .+ \(--help shows the options\)$/);
  });

  it('takes neither of two pairs', () => {
    expect(wrong('--config', 'c', '--pair', 'p', '--pair', 'q')).toBe(
      'check: --pair takes one value, and was given p and q (--help shows the options)',
    );
  });
});
