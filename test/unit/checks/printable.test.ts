import { describe, expect, it } from 'vitest';
import { message } from '#shared/domain';
import { printable, printableMessage } from '../../../src/main/checks/printable.ts';

describe('what a server says', () => {
  it('is shown as it is, but for what would steer a terminal or turn text around', () => {
    expect(printable('挂载 a\tb')).toBe('挂载 a\tb');
    expect(printable('\u001b[2Jx\r\u0000\u009b\u202e')).toBe('\\x1b[2Jx\\x0d\\x00\\x9b\\x202e');
  });

  it('is so within a sentence too, whose numbers stay numbers', () => {
    expect(printableMessage(message('k', { a: '\u0007', n: 3 }))).toEqual(message('k', { a: '\\x07', n: 3 }));
  });
});
