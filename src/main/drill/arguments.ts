import { parseArgs } from 'node:util';
import { PRACTICE_SESSION_TIMEOUT_MS } from '#main/practice';
import { type Driver, driverSchema, environmentSchema } from '#shared/domain';
import { FAULTS, type Fault } from './report.ts';

export type ZooKeeperChoice =
  | { kind: 'embedded' }
  | { kind: 'apache'; servers: 1 | 3 }
  | { kind: 'address'; connectString: string };

export interface DrillOptions {
  fault: Fault;
  runs: number;
  json: boolean;
  driver: Driver;
  zookeeper: ZooKeeperChoice;
  /** How long a run may take to what it waits for. */
  timeoutMs: number;
  sessionTimeoutMs: number;
}

export type ParsedArguments =
  | { kind: 'run'; options: DrillOptions }
  | { kind: 'help' }
  /** One line that says what is wrong. */
  | { kind: 'wrong'; line: string };

const MAX_RUNS = 1_000;

export const HELP = `usage: npm run drill -- [options]

Starts a practice pair, breaks it, measures the outage that a client sees, and says whether what must happen did.

  --fault FAULT        ${FAULTS.join(' | ')} (default kill-primary)
  --runs N             how often, 1 to ${MAX_RUNS} (default 1)
  --driver DRIVER      console: this process promotes the standby; node: the standby promotes itself (default console)
  --zookeeper WHICH    embedded | apache | apache:3 | HOST:PORT[,HOST:PORT...] (default embedded)
  --session-timeout MS ZooKeeper session time-out, 1000 to 120000 (default ${PRACTICE_SESSION_TIMEOUT_MS})
  --timeout SECONDS    longest wait in a run, 1 to 3600 (default 60)
  --json               one JSON object on standard output
  --help               this text

Exit code: 0 when every run did what it must, 1 when one did not, 2 when the options are wrong.
`;

class WrongValue extends Error {}

/** The command line, or one line that says what is wrong with it. */
export function parseDrillArguments(args: readonly string[]): ParsedArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        fault: { type: 'string', default: 'kill-primary' },
        runs: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        driver: { type: 'string', default: 'console' },
        zookeeper: { type: 'string', default: 'embedded' },
        timeout: { type: 'string', default: '60' },
        'session-timeout': { type: 'string', default: String(PRACTICE_SESSION_TIMEOUT_MS) },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const options: DrillOptions = {
      fault: oneOf('fault', values.fault, FAULTS),
      runs: whole('runs', values.runs, 1, MAX_RUNS),
      json: values.json,
      driver: oneOf('driver', values.driver, driverSchema.options),
      zookeeper: zooKeeperChoice(values.zookeeper),
      timeoutMs: whole('timeout', values.timeout, 1, 3600) * 1_000,
      sessionTimeoutMs: whole('session-timeout', values['session-timeout'], 1_000, 120_000),
    };
    return { kind: 'run', options };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'wrong', line: `drill: ${reason.split('\n')[0]} (--help shows the options)` };
  }
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new WrongValue(`--${name} ${shown(value)} is not one of ${known.join(', ')}`);
  return found;
}

function whole(name: string, value: string, min: number, max: number): number {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max))
    throw new WrongValue(`--${name} ${shown(value)} is not a whole number from ${min} to ${max}`);
  return number;
}

function zooKeeperChoice(value: string): ZooKeeperChoice {
  if (value === 'embedded') return { kind: 'embedded' };
  if (value === 'apache') return { kind: 'apache', servers: 1 };
  if (value === 'apache:3') return { kind: 'apache', servers: 3 };
  const fits = environmentSchema.shape.zookeeper.shape.connectString.safeParse(value).success;
  const ports = value.split(',').map((server) => Number(server.slice(server.lastIndexOf(':') + 1)));
  if (!fits || ports.some((port) => port < 1 || port > 65_535) || value.startsWith('apache:'))
    throw new WrongValue(`--zookeeper ${shown(value)} is not embedded, apache, apache:3 or HOST:PORT`);
  return { kind: 'address', connectString: value };
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 60));
}
