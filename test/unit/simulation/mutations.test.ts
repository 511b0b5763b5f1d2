import { describe, expect, it } from 'vitest';
import { parseSimulateArguments } from '../../simulation/arguments.ts';
import { MUTATIONS } from '../../simulation/mutations/list.ts';
import { checkEdits, type Edit, edited, MutationDoesNotFit } from '../../simulation/mutations/patch.ts';
import { huntAll } from '../../simulation/mutations/run.ts';

const edit: Edit = { file: 'src/main/failover/guards/tilt.ts', snippet: 'b', replacement: 'x' };

describe('a mutation', () => {
  it('replaces its snippet, which is there once', () => {
    expect(edited('abc', edit)).toBe('axc');
  });

  it.each(['ac', 'abcb'])('does not fit a source that has it never or twice (%s)', (text) => {
    expect(() => edited(text, edit)).toThrow(MutationDoesNotFit);
  });

  it('is refused, with the file named, where the product has changed under it', () => {
    expect(() => checkEdits([{ ...edit, snippet: 'no such line' }])).toThrow(
      /tilt\.ts has nothing like 'no such line'/,
    );
  });

  it.each(MUTATIONS.map(({ name, edits }) => [name, edits] as const))(
    'fits the product as it is (%s)',
    (_name, edits) => {
      expect(edits.length).toBeGreaterThan(0);
      expect(() => checkEdits(edits)).not.toThrow();
    },
  );

  it('turns off each guard that issue and design name', () => {
    const names = MUTATIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['lock-check', 'epoch-check', 'lease', 'promise', 'seal', 'proof-that-the-old-is-out'],
        ...['tilt', 'second-evidence-class', 'idempotent-step', 'loss-bound', 'cooldown'],
        ...['asked-once-more', 'unknown-is-followed', 'force-to-disk', 'both-clocks'],
      ]),
    );
  });

  it('is caught by a seed that is clean without it', async () => {
    const { mutations } = await huntAll(['lock-check'], 1);
    expect(mutations).toMatchObject([{ name: 'lock-check', caught: true, seed: 1, invariant: expect.any(String) }]);
  }, 120_000);
});

describe('--mutate', () => {
  const wrong = (...args: string[]) => {
    const command = parseSimulateArguments(args);
    return command.kind === 'wrong' ? command.line : command.kind;
  };

  it('takes one guard, all of them, or a look at the list', () => {
    expect(parseSimulateArguments(['--mutate', 'seal'])).toMatchObject({ kind: 'mutate', names: ['seal'] });
    expect(parseSimulateArguments(['--mutate', 'all', '--jobs', '2'])).toMatchObject({
      names: MUTATIONS.map(({ name }) => name),
      jobs: 2,
    });
    expect(wrong('--mutate', 'list')).toBe('list-mutations');
  });

  it('refuses what it does not know, and what does not go with it', () => {
    expect(wrong('--mutate', 'everything')).toMatch(/--mutate takes all, list, or one of lock-check/);
    expect(wrong('--mutate', 'all', '--seed', '1')).toMatch(/exclude each other/);
    expect(wrong('--mutate', 'all', '--exhaustive')).toMatch(/exclude each other/);
    expect(wrong('--exhaustive', '--seeds', '2')).toMatch(/exclude each other/);
    expect(wrong('--depth', '3')).toMatch(/needs --exhaustive/);
  });
});
