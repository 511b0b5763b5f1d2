import { describe, expect, it } from 'vitest';
import { HELP, parseSimulateArguments } from '../../simulation/arguments.ts';

describe('the command line of the simulation', () => {
  it('takes seeds, where they begin, and how long each lasts', () => {
    expect(parseSimulateArguments(['--seeds', '500', '--first-seed', '7', '--hours', '0.4', '--json'])).toEqual({
      ...{ kind: 'seeds', seeds: 500, firstSeed: 7, hours: 0.4, json: true, jobs: undefined },
    });
    expect(parseSimulateArguments([])).toMatchObject({ kind: 'seeds', firstSeed: 1, hours: 0.4, json: false });
  });

  it('takes one seed, and which of its faults are to happen', () => {
    expect(parseSimulateArguments(['--seed', '0'])).toMatchObject({ kind: 'seed', seed: 0, only: undefined });
    expect(parseSimulateArguments(['--seed', '3', '--only', '2.1,12.14', '--trace'])).toMatchObject({
      ...{ kind: 'seed', seed: 3, only: new Set(['2.1', '12.14']), trace: true },
    });
  });

  it('shows what there is', () => {
    expect(parseSimulateArguments(['--help'])).toEqual({ kind: 'help' });
    for (const option of ['--seeds', '--first-seed', '--hours', '--seed', '--only', '--json'])
      expect(HELP).toContain(option);
  });

  it.each([
    [['--seeds', '0']],
    [['--seeds', '1.5']],
    [['--seeds', '']],
    [['--seeds', '-1']],
    [['--seed', 'x']],
    [['--seed', '99999999999']],
    [['--hours', '0']],
    [['--hours', '25']],
    [['--hours', 'NaN']],
    [['--first-seed', '1e3']],
    [['--jobs', '0']],
    [['--only', '1.1']],
    [['--seed', '1', '--only', '1']],
    [['--seed', '1', '--only', '']],
    [['--seed', '1', '--seeds', '2']],
    [['--trace']],
    [['--unknown']],
    [['stray']],
  ])('says in one line what is wrong with %j', (args) => {
    const command = parseSimulateArguments(args);
    expect(command.kind).toBe('wrong');
    if (command.kind === 'wrong') expect(command.line).toMatch(/^simulate: [^\n]+$/);
  });
});
