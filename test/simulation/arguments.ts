import { readOptions, type WrongUsage, WrongValue, wrongUsage } from '#core/command-line';
import { MUTATIONS } from './mutations/list.ts';

/** What the command line asks for. */
export type Command =
  | { kind: 'seeds'; firstSeed: number; seeds: number; hours: number; json: boolean; jobs: number | undefined }
  | { kind: 'seed'; seed: number; hours: number; json: boolean; only: ReadonlySet<string> | undefined; trace: boolean }
  | { kind: 'exhaustive'; depth: number; faults: number | undefined; json: boolean }
  | { kind: 'mutate'; names: readonly string[]; json: boolean; jobs: number | undefined }
  | { kind: 'list-mutations'; json: boolean }
  | { kind: 'help' }
  | WrongUsage;

const MAX_SEED = 0x7fff_ffff;
const MAX_SEEDS = 1_000_000;
const MAX_HOURS = 24;
const MAX_JOBS = 256;
const MAX_DEPTH = 30;

export const HELP = `usage: npm run simulate -- [options]

Runs one or two pairs, their consoles, clients and ZooKeeper in virtual time, breaks them at random, and looks after every event
whether what must always hold does (docs/simulation.md).

  --seeds N        so many seeds, 1 to ${MAX_SEEDS} (default 50)
  --first-seed N   the first of them, 0 to ${MAX_SEED} (default 1)
  --hours H        virtual time of each seed, above 0 to ${MAX_HOURS} (default 0.4)
  --jobs N         seeds that run at the same time, 1 to ${MAX_JOBS} (default: one a processor)
  --seed N         this one alone, and the hash of its trace
  --only IDS       --seed: only these faults (ROUND.NUMBER,...), as a failing seed is replayed
  --trace          --seed: every line of the trace
  --exhaustive     every interleaving of the pair machine and the procedure instead, on a small model of the world
  --depth N        --exhaustive: of so many events, 1 to ${MAX_DEPTH} (default 5)
  --faults N       --exhaustive: at most so many of them faults (default: any number to depth 4, 2 to depth 6, then 1)
  --mutate NAME    turns that guard of the product off and looks whether the simulation sees it; all: each in turn;
                   list: says which there are
  --json           one JSON object on standard output
  --help           this text

Exit code: 0 when nothing was violated, 1 when something was, 2 when the options are wrong.
`;

/** The command line, or one line that says what is wrong with it. */
export function parseSimulateArguments(args: readonly string[]): Command {
  try {
    const values = readOptions(args, {
      seeds: { type: 'string' },
      'first-seed': { type: 'string' },
      hours: { type: 'string' },
      jobs: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutate: { type: 'string' },
      exhaustive: { type: 'boolean', default: false },
      depth: { type: 'string' },
      faults: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    });
    if (values.help) return { kind: 'help' };
    const { json, trace } = values;
    if (values.mutate !== undefined) return mutateOf(values.mutate, values);
    if (values.exhaustive) return exhaustiveOf(values);
    for (const name of ['depth', 'faults'] as const)
      if (values[name] !== undefined) throw new WrongValue(`--${name} needs --exhaustive`);
    const hours = hoursOf(values.hours ?? '0.4');
    if (values.seed !== undefined) {
      for (const other of ['seeds', 'first-seed', 'jobs'] as const)
        if (values[other] !== undefined) throw new WrongValue(`--seed and --${other} exclude each other`);
      return {
        kind: 'seed',
        seed: whole('seed', values.seed, 0, MAX_SEED),
        hours,
        json,
        only: onlyOf(values.only),
        trace,
      };
    }
    if (values.only !== undefined) throw new WrongValue('--only needs --seed');
    if (trace) throw new WrongValue('--trace needs --seed');
    return {
      kind: 'seeds',
      firstSeed: whole('first-seed', values['first-seed'] ?? '1', 0, MAX_SEED),
      seeds: whole('seeds', values.seeds ?? '50', 1, MAX_SEEDS),
      hours,
      json,
      jobs: values.jobs === undefined ? undefined : whole('jobs', values.jobs, 1, MAX_JOBS),
    };
  } catch (error) {
    return wrongUsage('simulate', error);
  }
}

function mutateOf(
  mutate: string,
  values: { jobs?: string; json: boolean; exhaustive: boolean; trace: boolean } & Record<string, unknown>,
): Command {
  for (const other of ['seeds', 'first-seed', 'hours', 'seed', 'only', 'depth', 'faults'] as const)
    if (values[other] !== undefined) throw new WrongValue(`--mutate and --${other} exclude each other`);
  if (values.exhaustive || values.trace)
    throw new WrongValue(`--mutate and --${values.trace ? 'trace' : 'exhaustive'} exclude each other`);
  const { json, jobs } = values;
  if (mutate === 'list') return { kind: 'list-mutations', json };
  const known = MUTATIONS.map(({ name }) => name);
  if (mutate !== 'all' && !known.includes(mutate))
    throw new WrongValue(`--mutate takes all, list, or one of ${known.join(', ')}, not '${mutate}'`);
  const names = mutate === 'all' ? known : [mutate];
  return { kind: 'mutate', names, json, jobs: jobs === undefined ? undefined : whole('jobs', jobs, 1, MAX_JOBS) };
}

function exhaustiveOf(
  values: { depth?: string; faults?: string; json: boolean; trace: boolean } & Record<string, unknown>,
): Command {
  for (const other of ['seeds', 'first-seed', 'hours', 'jobs', 'seed', 'only'] as const)
    if (values[other] !== undefined) throw new WrongValue(`--exhaustive and --${other} exclude each other`);
  if (values.trace) throw new WrongValue('--trace needs --seed');
  const { depth = '5', faults, json } = values;
  return {
    kind: 'exhaustive',
    depth: whole('depth', depth, 1, MAX_DEPTH),
    faults: faults === undefined ? undefined : whole('faults', faults, 0, MAX_DEPTH),
    json,
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new WrongValue(`--${name} takes a whole number from ${least} to ${most}, not '${text}'`);
  return value;
}

function hoursOf(text: string): number {
  const value = /^\d{1,4}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= MAX_HOURS))
    throw new WrongValue(`--hours takes a number above 0 and up to ${MAX_HOURS}, not '${text}'`);
  return value;
}

function onlyOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const ids = text.split(',');
  const wrong = ids.find((id) => !/^[1-9]\d{0,5}\.[1-9]\d{0,2}$/.test(id));
  if (wrong !== undefined) throw new WrongValue(`--only takes faults as ROUND.NUMBER,..., not '${wrong}'`);
  return new Set(ids);
}
