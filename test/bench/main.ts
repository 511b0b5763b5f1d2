/**
 * `npm run bench`: figures beside their targets, as one JSON object on standard output; progress goes to standard
 * error. Nothing here fails on a slow machine: the figures are for reading. `--runs N` sets how often the primary is
 * killed, `--only NAME` (repeatable) which measurements are made.
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { apacheZooKeeperMissing } from '#core/zookeeper-apache';
import { measureConsole } from './console.ts';
import { measureData } from './data.ts';
import { type Figure, withRatio } from './figure.ts';
import { measureHeartbeats } from './heartbeats.ts';
import { measureHangs, measureKills, measurePlanned } from './outages.ts';
import { measureSimulation } from './simulation.ts';
import { measureMulti } from './zookeeper.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, only: { type: 'string', multiple: true } },
});
const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1);
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
};

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
