import { readOptions, type WrongUsage, WrongValue, wrongUsage } from '#core/command-line';
import { PRACTICE_SESSION_TIMEOUT_MS } from '#main/practice';
import {
  type Driver,
  driverSchema,
  environmentSchema,
  PLANNED_STEPS,
  type StepName,
  SWITCHOVER_STEPS,
  type SyncMode,
  syncModeSchema,
} from '#shared/domain';
import { DATABASE_KINDS, type DatabaseKind } from './data-report.ts';
import { DATA_FAULTS, FAULTS, type Fault, NETWORK_FAULTS } from './report.ts';

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
  /** Writes a second; 0: none. */
  writeRate: number;
  syncMode: SyncMode;
  /** Mode `async`: so many acknowledged records, at most, are not confirmed by a standby that keeps up. */
  lossBound: number;
  /** An automatic switchover may lose at most so many acknowledged records. */
  maxLossRecords: number;
  /** A promotion that is refused for what it may lose is asked for again, as an operator would, with the loss accepted. */
  force: boolean;
  database: DatabaseKind;
  /** A planned switchover is looked at, and not made. */
  dryRun: boolean;
  /** Consoles that are processes of their own; null: the drill's own process is the console. */
  consoles: number | null;
  /** The console that acts is killed at this step of the switchover; null: none is. */
  killConsoleAt: StepName | null;
  /** Of the policy: a primary unreachable for so long, and registered, is switched over; 0: never. */
  unreachableSwitchMs: number;
}

export type ParsedArguments = { kind: 'run'; options: DrillOptions } | { kind: 'help' } | WrongUsage;

const MAX_RUNS = 1_000;
const MAX_CONSOLES = 3;
const MAX_UNREACHABLE_MS = 600_000;
const MAX_WRITE_RATE = 20_000;
/** Enough that something is under way whenever a fault strikes. */
const DATA_FAULT_WRITE_RATE = 500;
const DEFAULT_LOSS_BOUND = 1_000;
/** Where exactly one failover by a console must follow. */
const KILLABLE = ['kill-primary', 'hang-primary', 'stop-primary'] as const satisfies readonly Fault[];

export const HELP = `usage: npm run drill -- [options]

Starts a practice pair, breaks it, measures the outage that a client sees, and says whether what must happen did.

  --fault FAULT        ${FAULTS.slice(0, 5).join(' | ')} |
                       ${NETWORK_FAULTS.join(' | ')} |
                       ${DATA_FAULTS.join(' | ')} (default kill-primary)
  --planned            no fault: an operator's planned switchover, with everything that goes with it
  --switch-back        --planned: and back again, so that every run is two
  --dry-run            --planned: print every step and check, make none; what is in ZooKeeper stays as it is
  --runs N             how often, 1 to ${MAX_RUNS} (default 1)
  --driver DRIVER      console: this process promotes the standby; node: the standby promotes itself (default console)
  --consoles N         so many consoles, 1 to ${MAX_CONSOLES}, each a process of its own (default: this process is the console)
  --kill-console-at STEP
                       kill the console that acts (SIGKILL) at a step of the switchover, and another one finishes it:
                       ${SWITCHOVER_STEPS.join(', ')};
                       with --planned or --unreachable-after also drain, restart-old
  --unreachable-after MS
                       firewall-reject: the policy has an unreachable primary switched over after so long, 1 to ${MAX_UNREACHABLE_MS}
                       (default: never)
  --zookeeper WHICH    embedded | apache | apache:3 | HOST:PORT[,HOST:PORT...] (default embedded)
  --session-timeout MS ZooKeeper session time-out, 1000 to 120000 (default ${PRACTICE_SESSION_TIMEOUT_MS})
  --timeout SECONDS    longest wait in a run, 1 to 3600 (default 60)
  --write-rate N       writes a second by the client, 0 to ${MAX_WRITE_RATE} (default 0; ${DATA_FAULT_WRITE_RATE} for the last five faults);
                       each has a key of its own, none is tried twice, and all are read back in the end
  --sync-mode MODE     sync: a write is acknowledged once the standby confirmed it; async: at once (default sync)
  --loss-bound N       async: so many acknowledged records may lack the standby's confirmation (default ${DEFAULT_LOSS_BOUND})
  --max-loss N         an automatic switchover may lose so many records at most (default: 0 in sync and
                       for late-standby, else the bound)
  --force              unmount: accept the stated loss, as an operator may, and have the promotion done
  --database WHICH     none | sqlite | postgresql: the local database (default sqlite where writes are made)
  --json               one JSON object on standard output
  --help               this text

Exit code: 0 when every run did what it must, 1 when one did not, 2 when the options are wrong.
`;

/** The command line, or one line that says what is wrong with it. */
export function parseDrillArguments(args: readonly string[]): ParsedArguments {
  try {
    const values = readOptions(args, {
      fault: { type: 'string' },
      planned: { type: 'boolean', default: false },
      'switch-back': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      runs: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      driver: { type: 'string', default: 'console' },
      consoles: { type: 'string' },
      'kill-console-at': { type: 'string' },
      'unreachable-after': { type: 'string' },
      zookeeper: { type: 'string', default: 'embedded' },
      timeout: { type: 'string', default: '60' },
      'session-timeout': { type: 'string', default: String(PRACTICE_SESSION_TIMEOUT_MS) },
      'write-rate': { type: 'string' },
      'sync-mode': { type: 'string', default: 'sync' },
      'loss-bound': { type: 'string' },
      'max-loss': { type: 'string' },
      force: { type: 'boolean', default: false },
      database: { type: 'string' },
      help: { type: 'boolean', default: false },
    });
    if (values.help) return { kind: 'help' };
    const fault = faultOf(values);
    const there = whole('runs', values.runs, 1, MAX_RUNS);
    const options: DrillOptions = {
      fault,
      runs: values['switch-back'] ? 2 * there : there,
      dryRun: values['dry-run'],
      json: values.json,
      driver: oneOf('driver', values.driver, driverSchema.options),
      zookeeper: zooKeeperChoice(values.zookeeper),
      timeoutMs: whole('timeout', values.timeout, 1, 3600) * 1_000,
      sessionTimeoutMs: whole('session-timeout', values['session-timeout'], 1_000, 120_000),
      ...consoleOptions(fault, values),
      ...dataOptions(fault, values),
    };
    forbidContradictions(options);
    return { kind: 'run', options };
  } catch (error) {
    return wrongUsage('drill', error);
  }
}

interface PlannedValues {
  fault?: string;
  planned: boolean;
  'switch-back': boolean;
  'dry-run': boolean;
}

function faultOf(values: PlannedValues): Fault {
  const { fault, planned } = values;
  if (planned && fault !== undefined) throw new WrongValue('--planned is a drill without a --fault');
  if (!planned && values['switch-back']) throw new WrongValue('--switch-back is for --planned');
  if (!planned && values['dry-run']) throw new WrongValue('--dry-run is for --planned');
  if (values['switch-back'] && values['dry-run'])
    throw new WrongValue('--dry-run makes nothing that --switch-back could undo');
  return planned ? 'planned' : oneOf('fault', fault ?? 'kill-primary', FAULTS);
}

type ConsoleOptions = Pick<DrillOptions, 'consoles' | 'killConsoleAt' | 'unreachableSwitchMs'>;

interface ConsoleValues {
  consoles?: string;
  'kill-console-at'?: string;
  'unreachable-after'?: string;
}

function consoleOptions(fault: Fault, values: ConsoleValues): ConsoleOptions {
  const { consoles, 'kill-console-at': at, 'unreachable-after': after } = values;
  if (after !== undefined && fault !== 'firewall-reject')
    throw new WrongValue('--unreachable-after is for --fault firewall-reject');
  const unreachableSwitchMs = after === undefined ? 0 : whole('unreachable-after', after, 1, MAX_UNREACHABLE_MS);
  const count = consoles === undefined ? null : whole('consoles', consoles, 1, MAX_CONSOLES);
  if (at === undefined) return { consoles: count, killConsoleAt: null, unreachableSwitchMs };
  const killConsoleAt = oneOf('kill-console-at', at, PLANNED_STEPS);
  if (count === null || count < 2)
    throw new WrongValue('--kill-console-at needs --consoles 2 or 3: another one has to finish');
  const orderly = fault === 'planned' || unreachableSwitchMs > 0;
  if (!orderly && !(KILLABLE as readonly Fault[]).includes(fault))
    throw new WrongValue(
      `--kill-console-at is for --planned, --fault ${KILLABLE.join(', ')}, and firewall-reject with --unreachable-after`,
    );
  if (!orderly && !(SWITCHOVER_STEPS as readonly StepName[]).includes(killConsoleAt))
    throw new WrongValue(`--kill-console-at ${killConsoleAt} is a step of an orderly switchover alone: --planned`);
  return { consoles: count, killConsoleAt, unreachableSwitchMs };
}

interface DataValues {
  'write-rate'?: string;
  'sync-mode': string;
  'loss-bound'?: string;
  'max-loss'?: string;
  force: boolean;
  database?: string;
}

type DataOptions = Pick<DrillOptions, 'writeRate' | 'syncMode' | 'lossBound' | 'maxLossRecords' | 'force' | 'database'>;

function dataOptions(fault: Fault, values: DataValues): DataOptions {
  const aboutData = isDataFault(fault);
  const rate = values['write-rate'] ?? String(aboutData ? DATA_FAULT_WRITE_RATE : 0);
  const writeRate = whole('write-rate', rate, aboutData ? 1 : 0, MAX_WRITE_RATE);
  const syncMode = oneOf('sync-mode', values['sync-mode'], syncModeSchema.options);
  if (values['loss-bound'] !== undefined && syncMode === 'sync')
    throw new WrongValue('--loss-bound is for --sync-mode async: in sync nothing is acknowledged unconfirmed');
  const lossBound = whole('loss-bound', values['loss-bound'] ?? String(DEFAULT_LOSS_BOUND), 0, 999_999);
  // F15 is about a standby that must not take over: what it may miss must never be allowed.
  const mayLose = syncMode === 'async' && fault !== 'late-standby';
  const maxLoss = values['max-loss'] ?? String(mayLose ? lossBound : 0);
  return {
    writeRate,
    syncMode,
    lossBound,
    maxLossRecords: whole('max-loss', maxLoss, 0, 999_999),
    force: values.force,
    database: oneOf('database', values.database ?? (writeRate > 0 ? 'sqlite' : 'none'), DATABASE_KINDS),
  };
}

function forbidContradictions(options: DrillOptions): void {
  const { fault, driver, database, force, syncMode, lossBound, maxLossRecords } = options;
  if (force && fault !== 'unmount') throw new WrongValue('--force is for --fault unmount');
  if (force && driver === 'node')
    throw new WrongValue('--force needs --driver console: a node forces nothing by itself');
  if (fault === 'late-standby' && maxLossRecords > 0)
    throw new WrongValue('--fault late-standby takes no --max-loss: the standby must not take over');
  if (fault === 'lose-host' && driver === 'node' && syncMode === 'async' && maxLossRecords < lossBound)
    throw new WrongValue('--fault lose-host that is refused needs --driver console: somebody has to accept the loss');
  if (fault === 'zk-leader' && (options.zookeeper.kind !== 'apache' || options.zookeeper.servers !== 3))
    throw new WrongValue('--fault zk-leader needs --zookeeper apache:3: only an ensemble has a leader');
  if (options.unreachableSwitchMs > 0 && driver === 'node')
    throw new WrongValue('--unreachable-after needs --driver console: it is the console that switches over');
  if (options.killConsoleAt !== null && options.dryRun)
    throw new WrongValue('--dry-run makes no step at which --kill-console-at could strike');
  if (options.killConsoleAt !== null && driver === 'node')
    throw new WrongValue('--kill-console-at needs --driver console: nodes that switch over by themselves need none');
  if (fault === 'planned' && driver === 'node')
    throw new WrongValue('--planned needs --driver console: nodes that switch over by themselves are not asked');
  if (fault === 'database-blocked' && database === 'none')
    throw new WrongValue('--fault database-blocked needs a database');
}

function isDataFault(fault: Fault): boolean {
  return (DATA_FAULTS as readonly Fault[]).includes(fault);
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
