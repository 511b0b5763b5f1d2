/** The console's side of the checks' measurement, in a process of its own: `checks-child.ts CONFIG` prints one JSON object. */
import { readFileSync } from 'node:fs';
import { systemClock as clock, systemRandom as random, sleep } from '#core/clock';
import {
  type CheckAgain,
  createNodeSight,
  createRecordsSight,
  createServerEvidence,
  type PairCheckReport,
  runPairChecks,
} from '#main/checks';
import { createHosts } from '#main/hosts';
import { checkIntervalMs, configFileSchema, type Environment, type ProcessIdentity } from '#shared/domain';
import type { ChecksResult } from './checks.ts';

/** As the console does. */
const AT_ONCE = 4;
const PLAIN_ROUNDS = 4;
const RUNS_OF_ONE = 5;
const BASE_MS = 60_000;
const EVIDENCE_ROUNDS = 3;
const EVIDENCE_EVERY_S = 10;
const LOOK_WAIT_MS = 2_000;

const { environments } = configFileSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const hosts = createHosts({ clock, env: {}, acceptNewHostKeys: false });
const last = new Map<string, PairCheckReport>();

async function look(environment: Environment, isWanted?: CheckAgain['isWanted']): Promise<PairCheckReport> {
  const [pair] = environment.pairs;
  if (!pair) throw new Error('no pair');
  const before = last.get(environment.id)?.checks;
  const deps = {
    clock,
    hosts,
    node: createNodeSight(pair, clock),
    records: createRecordsSight(environment, pair, { clock, random }),
  };
  const report = await runPairChecks(environment, pair, deps, isWanted && before ? { isWanted, before } : undefined);
  last.set(environment.id, report);
  return report;
}

/** Processor time of this process while all pairs are looked at, a few at a time, in milliseconds. */
async function round(isWanted?: CheckAgain['isWanted']): Promise<number> {
  const waiting = [...environments];
  return cpuMs(async () => {
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await look(next, isWanted);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  });
}

async function cpuMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The looks of so many seconds, one after the other as their time comes, by identity as it is registered. */
async function evidence(): Promise<number> {
  const servers = createServerEvidence(hosts, clock);
  const instances = environments.flatMap(({ pairs }) => pairs.flatMap((pair) => pair.instances));
  const identity: ProcessIdentity = { bootId: 'none', pid: process.pid, startTime: '1' };
  for (const instance of instances) await servers.checkProcess(instance, identity, LOOK_WAIT_MS);
  const gapMs = (EVIDENCE_EVERY_S * 1_000) / instances.length;
  const ms = await cpuMs(async () => {
    for (let times = 0; times < EVIDENCE_ROUNDS; times++)
      for (const instance of instances) {
        void servers.checkProcess(instance, identity, LOOK_WAIT_MS);
        await sleep(clock, gapMs);
      }
  });
  return ms / (EVIDENCE_ROUNDS * EVIDENCE_EVERY_S);
}

const [first] = environments;
if (!first) throw new Error('no environment');
const onePairMs: number[] = [];
for (let run = 0; run < RUNS_OF_ONE; run++) {
  const beganMs = clock.monotonicMs();
  await look(first);
  onePairMs.push(clock.monotonicMs() - beganMs);
}
const { checks } = await look(first);
const everyTurn: CheckAgain['isWanted'] = ({ id }) => checkIntervalMs(id, { checkIntervalMs: BASE_MS }, {}) === BASE_MS;
const firstRoundCpuMs = await round();
const plainRoundsCpuMs: number[] = [];
for (let turn = 0; turn < PLAIN_ROUNDS; turn++) plainRoundsCpuMs.push(await round(everyTurn));
const result: ChecksResult = {
  onePairMs,
  checks: checks.length,
  passed: checks.filter((check) => check.result === 'pass').length,
  firstRoundCpuMs,
  plainRoundsCpuMs,
  wholeRoundCpuMs: await round(),
  evidenceCpuMsPerS: await evidence(),
};
hosts.close();
for (const check of checks)
  if (check.result !== 'pass')
    process.stderr.write(`${check.host} ${check.id} ${check.result} ${JSON.stringify(check.reason)}\n`);
process.stdout.write(JSON.stringify(result), () => process.exit(0));
