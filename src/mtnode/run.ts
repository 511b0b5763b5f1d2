import { join } from 'node:path';
import { systemClock, systemRandom } from '#core/clock';
import { openLocalDatabase, readTodbFile, TodbFileError } from '#core/local-database';
import { createLogger, type Logger } from '#core/logging';
import { readProcessIdentity } from '#core/process';
import { listenNodeT2, openNodeF2Socket } from '#core/transport';
import { createZooKeeperSession } from '#core/zookeeper';
import type { DataPorts, TodbPort } from '#mtnode/data';
import { type FileStorage, openFileStorage, StorageError } from '#mtnode/memory';
import { type FileDisk, openFileDisk } from '#mtnode/redo';
import { type FileMount, openFileMount } from '#mtnode/sync';
import { type CliRequest, EXIT_CODES, parseCommandLine, USAGE } from './cli.ts';
import { createMtNode, type MtNode } from './node.ts';

// The process of one instance: the real clock, randomness, sockets and files around `createMtNode`.

/** Longest an orderly stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 5_000;
/** The folder in the data directory that the other instance mounts. */
const SHARE = 'share';

type RunRequest = Extract<CliRequest, { kind: 'run' }>;

function exitCodeOf(error: unknown): number {
  if (error instanceof StorageError) return error.code === 'IN_USE' ? EXIT_CODES.inUse : EXIT_CODES.storage;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isPort = code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL';
  return isPort ? EXIT_CODES.noPort : EXIT_CODES.fault;
}

/** The data's part of the world, and how to let go of it. */
interface Data extends DataPorts {
  disk: FileDisk;
  mount: FileMount | null;
}

/** What `run` opened, for whoever ends the process. */
let data: Data | undefined;

/**
 * Ends the process. While a thread is within a call of a mount that hangs, `process.exit` would wait for it: then, with
 * everything in order and told, the process ends itself as nothing else can.
 */
function leave(logger: Logger, code: number): never {
  logger.flush();
  if (data?.mount?.isBusy()) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}

async function openData(request: RunRequest): Promise<Data | undefined> {
  if (request.data === undefined) return undefined;
  const { mount, todb } = request.data;
  return {
    disk: await openFileDisk(join(request.dataDir, SHARE)),
    mount: mount === null ? null : openFileMount(mount, { clock: systemClock }),
    todb: todb === null ? null : await openTodb(todb),
  };
}

async function openTodb(file: string): Promise<TodbPort> {
  try {
    const { digest, database } = await readTodbFile(file);
    return { digest, database: openLocalDatabase(database, { clock: systemClock }) };
  } catch (error) {
    if (error instanceof TodbFileError) return { error };
    throw error;
  }
}

function stopOnSignals(node: MtNode, storage: FileStorage, logger: Logger, dieWithParent: boolean): void {
  let stopping = false;
  const stop = (reason: string) => {
    if (stopping) return;
    stopping = true;
    logger.info('asked to stop', { reason });
    systemClock.setTimer(STOP_TIMEOUT_MS, () => leave(logger, EXIT_CODES.fault));
    node
      .stop()
      .then(() => data?.disk.close())
      .then(() => storage.release())
      .then(
        () => leave(logger, EXIT_CODES.ok),
        (error: unknown) => {
          logger.error('the stop was not orderly', { error });
          leave(logger, EXIT_CODES.fault);
        },
      );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (!dieWithParent) return;
  process.stdin.on('end', () => stop('standard input ended'));
  process.stdin.on('error', () => stop('standard input failed'));
  process.stdin.resume();
}

async function run(request: RunRequest, logger: Logger): Promise<void> {
  const identity = await readProcessIdentity(process.pid);
  const storage = await openFileStorage(request.dataDir, request.options.instance);
  data = await openData(request);
  const zookeeperLog = logger.child('zookeeper');
  const zookeeper = createZooKeeperSession(
    { ...request.zookeeper, log: (level, message, fields) => zookeeperLog[level](message, fields) },
    { clock: systemClock, random: systemRandom },
  );
  const node = await createMtNode(request.options, {
    clock: systemClock,
    random: systemRandom,
    zookeeper,
    listenT2: listenNodeT2,
    openF2: openNodeF2Socket,
    storage,
    process: identity,
    ...(data === undefined ? {} : { data }),
    log: logger,
  });
  stopOnSignals(node, storage, logger, request.dieWithParent);
  process.stdout.write(`${JSON.stringify({ ready: 'listening', ...node.listening, pid: process.pid })}\n`);
}

const request = parseCommandLine(process.argv.slice(2));
if (request.kind === 'help') {
  process.stdout.write(USAGE);
} else if (request.kind === 'wrong') {
  process.stderr.write(`${request.message}\nSee --help.\n`);
  process.exitCode = EXIT_CODES.usage;
} else {
  const name = `mt/${request.options.instance}`;
  const logger = createLogger({ name, level: request.logLevel, destination: 'stderr' });
  process.on('uncaughtException', (error) => {
    logger.error('a fault that nobody caught', { error });
    leave(logger, EXIT_CODES.fault);
  });
  // A reader of standard output that went away must not end the node.
  process.stdout.on('error', () => {});
  run(request, logger).catch((error: unknown) => {
    logger.error('the node cannot start', { error });
    leave(logger, exitCodeOf(error));
  });
}
