import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock, systemRandom } from '#core/clock';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { NodeProcesses } from '#test/mt-node-process';
import { serverToolsMissing } from '#test/server-tools';
import { type Sshd, startSshd } from '#test/sshd';
import { type Figure, tenths } from './figure.ts';

const root = resolve(import.meta.dirname, '../..');
const PAIRS = 100;
const NAMES = ['A', 'B'] as const;
const ONE_PAIR_TARGET_MS = 3_000;
const CPU_TARGET_PERCENT = 10;

/** What the child says: times of whole runs of one pair, and what rounds of all pairs cost it. */
export interface ChecksResult {
  onePairMs: number[];
  checks: number;
  passed: number;
  /** Processor time of a round, in milliseconds: all checks, those of every turn, and the first one with its logins. */
  firstRoundCpuMs: number;
  wholeRoundCpuMs: number;
  plainRoundsCpuMs: number[];
  /** Of one second of looks for evidence at every instance, as often as they are made while all is well. */
  evidenceCpuMsPerS: number;
}

/**
 * What the checks on servers cost the console: its own process alone is counted, which asks a real sshd over loopback, on 200
 * connections to as many addresses; sshd, two real nodes and ZooKeeper are others.
 */
export async function measureChecks(): Promise<Figure[]> {
  const missing = serverToolsMissing();
  if (missing) throw new Error(missing);
  const nodes = new NodeProcesses();
  const server = await startZooKeeperServer({ tickMs: 200 }, { clock: systemClock, random: systemRandom });
  // One login for each instance of each pair: sshd drops some by default where many come together.
  const sshd = await startSshd({ address: '0.0.0.0', config: ['MaxStartups 100:30:200', 'LogLevel ERROR'] });
  try {
    const config = await prepare(nodes, server.address, sshd);
    return figures(await child(config));
  } finally {
    sshd.close();
    await nodes.end();
    await server.close();
  }
}

async function prepare(nodes: NodeProcesses, zookeeper: string, sshd: Sshd): Promise<string> {
  const folder = nodes.folder();
  const at = (...parts: string[]) => join(folder, ...parts);
  for (const name of NAMES) {
    mkdirSync(at(name, 'share'), { recursive: true });
    writeFileSync(at(name, 'Todb.xml'), `<todb name="mt"><database type="sqlite" file="${at('db')}"/></todb>`);
  }
  symlinkSync(at('B', 'share'), at('A', 'peer'));
  symlinkSync(at('A', 'share'), at('B', 'peer'));
  const start = (instance: string, other: string) =>
    nodes.start({
      ...{ zookeeper, instance, dataDir: at(instance) },
      args: ['--mount', at(other, 'share'), '--todb', at(instance, 'Todb.xml')],
    });
  const running = [await start('A', 'B'), await start('B', 'A')];
  const [type = '', key = ''] = readFileSync(join(sshd.directory, 'host_key.pub'), 'utf8').split(' ');
  const environments = Array.from({ length: PAIRS }, (_, index) => ({
    id: `e${index}`,
    name: `e${index}`,
    zookeeper: { connectString: zookeeper, sessionTimeoutMs: 4_000 },
    pairs: [
      { id: 'p', system: 'test', node: 'mt', instances: NAMES.map((name, which) => instance(name, which, index)) },
    ],
  }));

  function instance(name: string, which: number, pair: number) {
    const address = `127.1.${pair}.${which + 1}`;
    appendFileSync(sshd.access.knownHostsFile, `[${address}]:${sshd.port} ${type} ${key}\n`);
    const { t2Port, f2Port } = running[which] ?? {};
    return {
      ...{ name, host: '127.0.0.1', t2Port, f2Port, hostCheck: 'ssh' },
      server: {
        access: { ...sshd.access, host: address },
        mount: { source: at(name === 'A' ? 'B' : 'A', 'share'), target: at(name, 'peer'), type: 'link' },
        redoDirectory: at(name, 'share'),
        todbFile: at(name, 'Todb.xml'),
        process: `--instance ${name} --zookeeper ${zookeeper}`,
      },
    };
  }

  const file = at('config.json');
  writeFileSync(file, JSON.stringify({ version: 1, environments }));
  return file;
}

async function child(config: string): Promise<ChecksResult> {
  const script = join(import.meta.dirname, 'checks-child.ts');
  const running = spawn(process.execPath, [script, config], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(running.stdout)) as ChecksResult;
}

function figures(result: ChecksResult): Figure[] {
  const { onePairMs, checks, passed, firstRoundCpuMs, wholeRoundCpuMs, plainRoundsCpuMs, evidenceCpuMsPerS } = result;
  const turns = [...plainRoundsCpuMs, wholeRoundCpuMs];
  const perTurnMs = turns.reduce((sum, ms) => sum + ms, 0) / turns.length;
  const worst = Math.max(...onePairMs);
  const ofOnce = `${checks} checks, ${passed} of which passed; ${onePairMs.length} runs, the first with its logins`;
  const ofRounds =
    `${PAIRS} pairs, 200 connections; processor time of the console's process alone over five turns, a minute each, dear ` +
    `checks at one of them (${tenths(wholeRoundCpuMs / 1_000)} s); the first round with all logins cost ${tenths(firstRoundCpuMs / 1_000)} s`;
  return [
    { name: 'checks-one-pair', unit: 'ms', value: Math.round(worst), target: ONE_PAIR_TARGET_MS, note: ofOnce },
    {
      ...{ name: 'checks-100-pairs', unit: '% of one core', target: CPU_TARGET_PERCENT, note: ofRounds },
      value: tenths((perTurnMs / 60_000) * 100),
    },
    {
      ...{ name: 'evidence-100-pairs', unit: '% of one core', target: null },
      value: tenths(evidenceCpuMsPerS / 10),
      note: '200 processes looked at over SSH every 10 s each',
    },
  ];
}
