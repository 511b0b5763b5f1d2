import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { DEFAULT_OPTIONS, type MtNodeOptions } from '#mtnode/parts';
import { driverSchema, syncModeSchema } from '#shared/domain';

export const EXIT_CODES = { ok: 0, fault: 1, usage: 2, noPort: 3, storage: 4, inUse: 5 } as const;

export const USAGE = `The reference mt node: one instance of a KuanTu primary/standby pair.

  node src/mtnode/main.ts --system NAME --node NAME --instance NAME --zookeeper HOST:PORT[,...] --data-dir DIR [options]

Who it is
  --system NAME            the system, as in the ZooKeeper path
  --node NAME              the node name that both instances of the pair carry
  --instance NAME          this instance's own name
  --data-dir DIR           where it keeps the highest epoch it saw and, in the folder \`share\`, its redo and dat; used by
                           one process at a time
  --driver console|node    who moves the route at a switchover (default console)
  --single                 single-server mode: svr_mode 1, never promoted

ZooKeeper
  --zookeeper HOST:PORT[,HOST:PORT...]
  --chroot /PATH           a path under which everything lives
  --path-template PATH     default ${DEFAULT_OPTIONS.pathTemplate}
  --session-timeout MS     default 6000

Network
  --host HOST              where it listens (default 127.0.0.1)
  --advertise HOST         where others reach it (default: --host)
  --advertise-t2-port PORT, --advertise-f2-port PORT
                           the ports where others reach it, behind NAT (default: those where it listens)
  --t2-port PORT           TCP; 0 takes any free one (default)
  --f2-port PORT           UDP; 0 takes any free one (default)

Clients
  --session ID             a session (O3) known from the start, never swept; may be repeated
  --token TOKEN            a user token (O45) known from the start, never swept; may be repeated
  --practice               answers the practice functions for clients: 990001 logs in, 990002 writes an order, 990003 reads
                           back, 990004 gives count and digest; the last three only where data is kept. The functions
                           between the two instances (990010 promise, 990011 hello, 990012 look, 990013 confirm) are
                           always answered.
  --sweep-interval-ms MS   how often idle sessions are removed (default 10000)
  --session-idle-ms MS     how long a session may be without a beat (default 120000)

Start and switchover
  --preload-ms MS, --front-adapters-ms MS, --base-data-ms MS
                           how long the start-up phases take (defaults 20, 30, 20)
  --promise-ms MS          what a primary without ZooKeeper asks its standby to promise (default 2000)
  --force-primary          cold start: become primary whoever was it last, unless another one is serving; waits one
                           --promise-ms first, for a primary may be serving on what this instance promised before

Data (F3, F6, F7); without --mount or --data an instance keeps none
  --mount DIR              where the other instance's share (\`share\` in its --data-dir) is mounted here; read and written.
                           Two instances on one machine: --data-dir a --mount b/share and --data-dir b --mount a/share
  --data                   keeps data without a mount: for a single server (--single)
  --sync-mode sync|async   whether a write is acknowledged only after the standby confirmed it (default sync)
  --loss-bound N           mode async: at most so many acknowledged records are not confirmed (default 1000)
  --mount-timeout-ms MS    longest wait for an answer of the mount (default 1000)
  --disk-timeout-ms MS     a primary whose disk has not answered for so long steps down (default 10000)
  --confirm-timeout-ms MS  how long a primary waits for its standby before it goes on without it (default 500)
  --max-loss N             driver node: it promotes itself only where at most so many acknowledged records may be missing
                           (default 0)
  --todb FILE              the Todb file that names the local database; both instances' say the same (default: none)
  --segment-bytes N        size of a redo segment (default 16777216)
  --snapshot-records N     a dat snapshot after so many records (default 200000)

Process
  --die-with-parent        stop when standard input ends
  --log-level LEVEL        debug, info (default), warn, error or silent; lines go to standard error
  --help

When it listens it prints one line of JSON on standard output: ready, instance, t2Port, f2Port, pid, incarnation.
SIGTERM and SIGINT stop it in order. Exit codes: 0 stopped in order, 1 fault, 2 wrong arguments, 3 a port cannot be had,
4 the stored state cannot be read or written, 5 another process of this instance lives.
`;

/** What the command line says. */
export type CliRequest =
  | { kind: 'help' }
  | { kind: 'wrong'; message: string }
  | {
      kind: 'run';
      options: MtNodeOptions;
      zookeeper: { connectString: string; chroot: string; sessionTimeoutMs: number };
      dataDir: string;
      /** Undefined: the instance keeps no data. */
      data: { mount: string | null; todb: string | null } | undefined;
      dieWithParent: boolean;
      logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
    };

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const repeated = { type: 'string', multiple: true } as const;
const ARGUMENTS = {
  system: text,
  node: text,
  instance: text,
  'data-dir': text,
  driver: text,
  single: flag,
  zookeeper: text,
  chroot: text,
  'path-template': text,
  'session-timeout': text,
  host: text,
  advertise: text,
  'advertise-t2-port': text,
  'advertise-f2-port': text,
  't2-port': text,
  'f2-port': text,
  session: repeated,
  token: repeated,
  practice: flag,
  'sweep-interval-ms': text,
  'session-idle-ms': text,
  'preload-ms': text,
  'front-adapters-ms': text,
  'base-data-ms': text,
  'promise-ms': text,
  'force-primary': flag,
  mount: text,
  data: flag,
  'sync-mode': text,
  'loss-bound': text,
  'mount-timeout-ms': text,
  'disk-timeout-ms': text,
  'confirm-timeout-ms': text,
  'max-loss': text,
  todb: text,
  'segment-bytes': text,
  'snapshot-records': text,
  'die-with-parent': flag,
  'log-level': text,
  help: flag,
} satisfies ParseArgsConfig['options'];

/** Names become parts of ZooKeeper paths. */
const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^(?!\.{1,2}$)[^/\p{Cc}]+$/u, 'has a character that a ZooKeeper path cannot hold');
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const durationMs = (fallback: number) => whole(0, 3_600_000).default(fallback);
const periodMs = (fallback: number) => whole(10, 3_600_000).default(fallback);

const argumentsSchema = z.object({
  system: name,
  node: name,
  instance: name,
  'data-dir': z.string().min(1),
  driver: driverSchema.default(DEFAULT_OPTIONS.driver),
  single: z.boolean().default(false),
  zookeeper: z.string().regex(/^[^\s,]+:\d{1,5}(,[^\s,]+:\d{1,5})*$/, 'is not HOST:PORT[,HOST:PORT...]'),
  chroot: z.string().default(''),
  'path-template': z.string().startsWith('/').default(DEFAULT_OPTIONS.pathTemplate),
  'session-timeout': whole(100, 600_000).default(6_000),
  host: z.string().min(1).default(DEFAULT_OPTIONS.host),
  advertise: z.string().min(1).optional(),
  'advertise-t2-port': whole(0, 65_535).default(0),
  'advertise-f2-port': whole(0, 65_535).default(0),
  't2-port': whole(0, 65_535).default(0),
  'f2-port': whole(0, 65_535).default(0),
  session: z.array(z.string().min(1).max(256)).default([]),
  token: z.array(z.string().min(1).max(1_024)).default([]),
  practice: z.boolean().default(false),
  'sweep-interval-ms': periodMs(DEFAULT_OPTIONS.sweepIntervalMs),
  'session-idle-ms': periodMs(DEFAULT_OPTIONS.sessionIdleMs),
  'preload-ms': durationMs(DEFAULT_OPTIONS.preloadMs),
  'front-adapters-ms': durationMs(DEFAULT_OPTIONS.frontAdaptersMs),
  'base-data-ms': durationMs(DEFAULT_OPTIONS.baseDataMs),
  'promise-ms': whole(100, 60_000).default(DEFAULT_OPTIONS.promiseMs),
  'force-primary': z.boolean().default(false),
  mount: z.string().min(1).max(1_024).optional(),
  data: z.boolean().default(false),
  'sync-mode': syncModeSchema.default(DEFAULT_OPTIONS.syncMode),
  'loss-bound': whole(0, 999_999_999).default(DEFAULT_OPTIONS.lossBound),
  'mount-timeout-ms': whole(50, 60_000).default(DEFAULT_OPTIONS.mountTimeoutMs),
  'disk-timeout-ms': whole(500, 600_000).default(DEFAULT_OPTIONS.diskTimeoutMs),
  'confirm-timeout-ms': whole(50, 60_000).default(DEFAULT_OPTIONS.confirmTimeoutMs),
  'max-loss': whole(0, 999_999_999).default(DEFAULT_OPTIONS.maxLossRecords),
  todb: z.string().min(1).optional(),
  'segment-bytes': whole(4_096, 999_999_999).default(DEFAULT_OPTIONS.segmentBytes),
  'snapshot-records': whole(100, 999_999_999).default(DEFAULT_OPTIONS.snapshotRecords),
  'die-with-parent': z.boolean().default(false),
  'log-level': z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Reads the command line. Never throws: what is wrong with it is in the answer, naming the option. */
export function parseCommandLine(args: readonly string[]): CliRequest {
  let values: Record<string, unknown>;
  try {
    values = parseArgs({ args: [...args], options: ARGUMENTS, allowPositionals: false }).values;
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return { kind: 'help' };
  const parsed = argumentsSchema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { kind: 'wrong', message: `--${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'wrong'}` };
  }
  return contradiction(parsed.data) ?? runRequest(parsed.data);
}

type Arguments = z.infer<typeof argumentsSchema>;

/** Options that do not go together. */
function contradiction(given: Arguments): CliRequest | undefined {
  const keepsData = given.mount !== undefined || given.data;
  if (given.todb !== undefined && !keepsData)
    return { kind: 'wrong', message: '--todb: an instance without --mount or --data keeps no data to move' };
  if (given.data && given.mount === undefined && !given.single)
    return { kind: 'wrong', message: '--data: an instance of a pair needs --mount' };
  return undefined;
}

function runRequest(given: Arguments): CliRequest {
  return {
    kind: 'run',
    options: {
      ...DEFAULT_OPTIONS,
      system: given.system,
      node: given.node,
      instance: given.instance,
      pathTemplate: given['path-template'],
      host: given.host,
      advertisedHost: given.advertise ?? given.host,
      t2Port: given['t2-port'],
      f2Port: given['f2-port'],
      advertisedT2Port: given['advertise-t2-port'],
      advertisedF2Port: given['advertise-f2-port'],
      driver: given.driver,
      single: given.single,
      practice: given.practice,
      serviceSessions: given.session,
      serviceTokens: given.token,
      preloadMs: given['preload-ms'],
      frontAdaptersMs: given['front-adapters-ms'],
      baseDataMs: given['base-data-ms'],
      sweepIntervalMs: given['sweep-interval-ms'],
      sessionIdleMs: given['session-idle-ms'],
      promiseMs: given['promise-ms'],
      forcePrimary: given['force-primary'],
      syncMode: given['sync-mode'],
      lossBound: given['loss-bound'],
      mountTimeoutMs: given['mount-timeout-ms'],
      diskTimeoutMs: given['disk-timeout-ms'],
      confirmTimeoutMs: given['confirm-timeout-ms'],
      maxLossRecords: given['max-loss'],
      segmentBytes: given['segment-bytes'],
      snapshotRecords: given['snapshot-records'],
    },
    zookeeper: {
      connectString: given.zookeeper,
      chroot: given.chroot,
      sessionTimeoutMs: given['session-timeout'],
    },
    dataDir: given['data-dir'],
    data:
      given.mount !== undefined || given.data ? { mount: given.mount ?? null, todb: given.todb ?? null } : undefined,
    dieWithParent: given['die-with-parent'],
    logLevel: given['log-level'],
  };
}
