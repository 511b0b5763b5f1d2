/**
 * `npm run simulate`: runs seeds in virtual time and says what was violated.
 * Exit codes: 0 nothing was; 1 something was; 2 wrong options.
 */
import { outliveReaders } from '#core/command-line';
import { type Command, HELP, parseSimulateArguments } from './arguments.ts';
import { runExhaustive } from './exhaustive/run.ts';
import { listMutations, runMutations } from './mutations/run.ts';
import { Tally, textOf } from './report.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds, told } from './run-seeds.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

async function many({ json, ...request }: Of<'seeds'>): Promise<number> {
  const isWatched = process.stderr.isTTY;
  const report = await runSeeds(request, (done, violations) => {
    if (isWatched) process.stderr.write(`\r${done} of ${request.seeds} seeds, ${violations} violations `);
  });
  if (isWatched) process.stderr.write('\n');
  console.log(json ? JSON.stringify(report) : textOf(report));
  return report.violations.length === 0 ? 0 : 1;
}

async function one({ seed, hours, json, only, trace }: Of<'seed'>): Promise<number> {
  const print = trace && !json ? (line: string) => console.log(line) : undefined;
  const result = await runSeed(seed, hours, { ...(only ? { only } : {}), ...(print ? { print } : {}) });
  const tally = new Tally(seed);
  tally.add(result);
  tally.violations.push(...result.violations.map((violation) => told(violation, hours, only && [...only])));
  const report = tally.report();
  const { traceHash } = result;
  console.log(json ? JSON.stringify({ ...report, traceHash }) : `${textOf(report)}\ntrace ${traceHash}`);
  return report.violations.length === 0 ? 0 : 1;
}

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'wrong':
      process.stderr.write(`${command.line}\n`);
      return 2;
    case 'seeds':
      return many(command);
    case 'seed':
      return one(command);
    case 'mutate':
      return runMutations(command);
    case 'list-mutations':
      return listMutations(command.json);
    case 'exhaustive':
      return runExhaustive(command);
  }
}

outliveReaders();
process.exitCode = await run(parseSimulateArguments(process.argv.slice(2)));
