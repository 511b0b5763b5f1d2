import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Clock, type Random, sleep } from '#core/clock';
import { ServerProcess } from '#core/throw-away-server';
import { findPrograms, type Owner, postgresqlMissing, serverOwner } from './programs.ts';

export interface PostgresqlDeps {
  clock: Clock;
  random: Random;
}

/** A running server, with an empty database of its own. */
export interface Postgresql {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** The user's password is in here; whoever runs this process may read it. */
  readonly passwordFile: string;
  readonly pid: number;
  /** Ends it as a crash would, and waits until it is gone. Its data stays. */
  kill(): Promise<void>;
  /** Starts a killed server again on the same port and data, and waits until it serves. */
  restart(): Promise<void>;
  /** Ends it and removes all its files. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const NAME = 'kuantu';
const POLL_MS = 50;
const START_TIMEOUT_MS = 30_000;
/** A port found free may be taken by somebody else before PostgreSQL has bound it. */
const START_ATTEMPTS = 3;

/**
 * Makes a database cluster in a temporary directory, with fsync on, and starts it. Throws where PostgreSQL is missing
 * (see `postgresqlMissing`), or with the server's own words when it does not come up.
 */
export async function startPostgresql(deps: PostgresqlDeps): Promise<Postgresql> {
  const missing = postgresqlMissing();
  const programs = findPrograms();
  if (missing || !programs) throw new Error(missing ?? 'PostgreSQL is missing');
  const cluster = await Cluster.make(programs, deps);
  try {
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

class Cluster implements Postgresql {
  readonly host = HOST;
  readonly database = NAME;
  readonly user = NAME;
  readonly passwordFile: string;
  readonly #programs: string;
  readonly #clock: Clock;
  readonly #directory: string;
  readonly #owner: Owner | undefined;
  readonly #password: string;
  #port = 0;
  #process: ServerProcess | undefined;

  private constructor(programs: string, clock: Clock, password: string) {
    this.#programs = programs;
    this.#clock = clock;
    this.#password = password;
    this.#owner = serverOwner();
    this.#directory = mkdtempSync(join(tmpdir(), 'kuantu-postgresql-'));
    this.passwordFile = join(this.#directory, 'password');
    writeFileSync(this.passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [this.#directory, this.passwordFile])
      if (this.#owner) chownSync(path, this.#owner.uid, this.#owner.gid);
  }

  static async make(programs: string, deps: PostgresqlDeps): Promise<Cluster> {
    const cluster = new Cluster(programs, deps.clock, deps.random.uuid());
    try {
      await cluster.#initialise();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#port = await freePort();
      try {
        await this.#launch();
        break;
      } catch (error) {
        await this.kill();
        if (attempt === START_ATTEMPTS || !/in use/.test(String(error))) throw error;
      }
    }
    await this.#query('postgres', `CREATE DATABASE ${NAME}`);
  }

  async kill(): Promise<void> {
    this.#process?.endAtOnce();
    await this.#process?.exited;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #initialise(): Promise<void> {
    const args = ['-D', this.#data, '-U', NAME, '-A', 'scram-sha-256', '--pwfile', this.passwordFile];
    await run(
      join(this.#programs, 'initdb'),
      [...args, '-E', 'UTF8', '--locale=C', '-N'],
      this.#directory,
      this.#owner,
    );
  }

  get #data(): string {
    return join(this.#directory, 'data');
  }

  async #launch(): Promise<void> {
    const settings = [
      `listen_addresses=${HOST}`,
      `port=${this.#port}`,
      'unix_socket_directories=',
      'max_connections=20',
      'shared_buffers=16MB',
      'fsync=on',
      'synchronous_commit=on',
      'log_min_messages=warning',
    ];
    this.#process = new ServerProcess({
      program: join(this.#programs, 'postgres'),
      args: ['-D', this.#data, ...settings.flatMap((setting) => ['-c', setting])],
      owner: this.#owner,
      logFile: join(this.#directory, 'log'),
      directory: this.#directory,
      endSignal: 'SIGQUIT',
    });
    await this.#whenServing(this.#process);
  }

  async #whenServing(server: ServerProcess): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + START_TIMEOUT_MS;
    for (;;) {
      try {
        return await this.#query('postgres', 'SELECT 1');
      } catch (error) {
        const ended = server.isGone();
        if (ended || this.#clock.monotonicMs() > deadlineMs) {
          const what = ended ? 'ended' : 'did not begin to serve in time';
          throw new Error(`PostgreSQL on port ${this.#port} ${what}: ${server.lastLog()}`, { cause: error });
        }
      }
      await sleep(this.#clock, POLL_MS);
    }
  }

  async #query(database: string, text: string): Promise<void> {
    const client = new pg.Client({
      host: HOST,
      port: this.#port,
      user: NAME,
      database,
      password: this.#password,
      connectionTimeoutMillis: 2_000,
    });
    try {
      await client.connect();
      await client.query(text);
    } finally {
      await client.end();
    }
  }
}

function run(program: string, args: readonly string[], cwd: string, owner: Owner | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, ...owner }, (error, _output, problem) => {
      if (error) reject(new Error(`${program}: ${problem.trim() || error.message}`, { cause: error }));
      else resolve();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen(0, HOST, () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
