/**
 * `npm run bench`: figures beside their targets, as one JSON object on standard output; progress goes to standard
 * error. Nothing here fails on a slow machine: the figures are for reading. Exit code 2: wrong options.
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { apacheZooKeeperMissing } from '#core/zookeeper-apache';
import { measureChecks } from './checks.ts';
import { measureConsole } from './console.ts';
import { measureData } from './data.ts';
import { type Figure, withRatio } from './figure.ts';
import { measureHeartbeats } from './heartbeats.ts';
import { measureHangs, measureKills, measurePlanned } from './outages.ts';
import { measureSimulation } from './simulation.ts';
import { measureMulti } from './zookeeper.ts';

const apacheMissing = apacheZooKeeperMissing();

const MEASUREMENTS: Record<string, () => Promise<Figure[]>> = {
  'outage-embedded': () => measureKills('outage-embedded', runs, []),
  'outage-writes': () => measureKills('outage-writes', runs, ['--write-rate', '2000']),
  'outage-apache': () =>
    apacheMissing ? missing('outage-apache') : measureKills('outage-apache', runs, ['--zookeeper', 'apache']),
  'outage-hang': async () => [...(await measureHangs('console', runs)), ...(await measureHangs('node', runs))],
  'outage-planned': () => measurePlanned(runs),
  simulation: measureSimulation,
  heartbeats: measureHeartbeats,
  'multi-embedded': () => measureMulti('embedded'),
  'multi-apache': () => (apacheMissing ? missing('multi-apache') : measureMulti('apache')),
  data: measureData,
  console: measureConsole,
  checks: measureChecks,
};

function usage(): string {
  return `usage: npm run bench -- [--runs N] [--only NAME]...

  --runs N     how often the primary is killed or hung (default 5)
  --only NAME  this measurement alone; may be repeated: ${Object.keys(MEASUREMENTS).join(', ')}`;
}

function wrong(line: string): never {
  process.stderr.write(`${line}\n${usage()}\n`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        runs: { type: 'string', default: '5' },
        only: { type: 'string', multiple: true },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

const values = options();
const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1);
if (values.help) {
  console.log(usage());
  process.exit(0);
}
const unknown = values.only?.find((name) => !(name in MEASUREMENTS));
if (unknown !== undefined) wrong(`--only: there is no measurement '${unknown}'`);

async function missing(name: string): Promise<Figure[]> {
  return [{ name, unit: '', value: null, target: null, note: apacheMissing ?? '' }];
}

const loadBefore = loadavg()[0] ?? 0;
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (values.only && !values.only.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  try {
    figures.push(...(await measure()));
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    figures.push({ name, unit: '', value: null, target: null, note });
  }
}
const machine = {
  cpu: cpus()[0]?.model ?? '?',
  cores: cpus().length,
  memoryMb: Math.round(totalmem() / 1024 ** 2),
  platform: process.platform,
  node: process.versions.node,
  /** Above the number of cores the figures say more of the others' work than of ours. */
  loadBefore,
};
console.log(JSON.stringify({ machine, figures: figures.map(withRatio) }, null, 2));
