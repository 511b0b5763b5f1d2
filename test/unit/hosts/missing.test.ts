import { describe, expect, it } from 'vitest';
import { isMissing, namesMissing } from '../../../src/main/hosts/missing.ts';
import { Output } from '../../../src/main/hosts/output.ts';

const SUDO = ['sudo', '-n', 'nft', 'list', 'ruleset'];

describe('a program that is not there', () => {
  it.each([
    ["env: 'timeout': No such file or directory"],
    ['env: ‘timeout’: No such file or directory'],
    ["env: can't execute 'timeout': No such file or directory"],
    ['bash: line 1: timeout: command not found'],
    ['sh: 1: timeout: not found'],
    ['timeout: applet not found'],
  ])('is told from what is said: %s', (said) => {
    expect(namesMissing(said, 'timeout')).toBe(true);
    expect(namesMissing(said, 'sudo')).toBe(false);
  });

  it('is not one whose own words are like that', () => {
    expect(namesMissing('cat: timeout: No such file or directory', 'timeout')).toBe(false);
    expect(namesMissing('timeout: failed to run command ‘nft’: No such file or directory', 'timeout')).toBe(false);
  });

  it('is missing through sudo as well, unless sudo is', () => {
    expect(isMissing(['nft'], 127, "env: 'nft': No such file or directory")).toBe(true);
    expect(isMissing(['nft'], 1, 'nft: no')).toBe(false);
    expect(isMissing(SUDO, 1, 'sudo: nft: command not found')).toBe(true);
    expect(isMissing(SUDO, 1, 'sudo: a password is required')).toBe(false);
    expect(isMissing(SUDO, 127, 'timeout: failed to run command ‘sudo’: No such file or directory')).toBe(false);
  });
});

describe('what a command complains in', () => {
  const said = (...bytes: number[]) => {
    const output = new Output(100, () => {});
    output.takeErr(Buffer.from(bytes));
    return output.stderr();
  };

  it('is read in UTF-8, else as a Chinese system writes it, and is never lost', () => {
    expect(said(...Buffer.from('拒绝访问\n'))).toBe('拒绝访问');
    expect(said(0xbe, 0xdc, 0xbe, 0xf8)).toBe('拒绝');
    expect(said(0x6f, 0xff, 0xff)).toBe('oÿÿ');
  });
});
