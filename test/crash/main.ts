/**
 * `npm run test:crash`: uses a redo log at random, kills its process at a random byte, damages what is left at random
 * places, and looks at what recovery makes of it: a prefix of what was written that has everything acknowledged before
 * the damage, or a refusal that names file and byte. Everything follows from the seed.
 * Exit codes: 0 as it must be; 1 a case was not; 2 wrong options.
 */
import { parseArgs } from 'node:util';
import { runCases, type Summary } from './cases.ts';

const USAGE = `usage: npm run test:crash -- [--cases N] [--seed N] [--case K] [--json]

  --cases N   how many cases, 1 to 1000000 (default 100)
  --seed N    what they follow from, 0 to 4294967295 (default 1)
  --case K    only this one, counted from 0
  --json      one JSON object instead of text`;

function wrong(line: string): never {
  process.stderr.write(`${line}\n${USAGE}\n`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        cases: { type: 'string', default: '100' },
        seed: { type: 'string', default: '1' },
        case: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    wrong(`--${name} takes a whole number from ${least} to ${most}, not '${text}'`);
  return value;
}

function report(summary: Summary): string {
  const { cases, seed, recovered, refused, undamaged, tailsCut, violations } = summary;
  const lines = [
    `${cases} cases of seed ${seed}: ${recovered} recovered (${tailsCut} with an unacknowledged tail cut), ` +
      `${refused} refused; ${undamaged} had no damage; ${violations.length} not as they must be`,
  ];
  for (const violation of violations) {
    lines.push(`case ${violation.case}: ${violation.problems.join('; ')}`);
    lines.push(`  ${violation.history}`);
    for (const step of violation.damage) lines.push(`  ${step}`);
    lines.push(`  again: npm run test:crash -- --seed ${seed} --case ${violation.case}`);
  }
  return lines.join('\n');
}

const values = options();
const seed = whole('seed', values.seed, 0, 0xffff_ffff);
const only = values.case === undefined ? undefined : whole('case', values.case, 0, 999_999);
const cases = Math.max(whole('cases', values.cases, 1, 1_000_000), (only ?? 0) + 1);
const summary = await runCases({ cases, seed, ...(only === undefined ? {} : { only }) });
console.log(values.json ? JSON.stringify(summary) : report(summary));
process.exitCode = summary.violations.length === 0 ? 0 : 1;
