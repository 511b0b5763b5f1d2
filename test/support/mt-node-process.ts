import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, parseReply, T2Decoder } from '#core/frames';
import type { Reply } from '#shared/protocol';

const MAIN = join(import.meta.dirname, '../../src/mtnode/main.ts');
/** The session that every node of the tests knows from the start. */
export const TEST_SESSION = 'test-session';

/** A t2 client that tells replies, closings and silence apart. */
export class T2Client {
  readonly socket: Socket;
  readonly #waiting: { resolve: (outcome: Reply | 'closed' | 'silent') => void }[] = [];
  readonly closed: Promise<void>;
  #id = 0;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
    const decoder = new T2Decoder();
    this.socket.on('data', (piece) => {
      for (const frame of decoder.push(piece).frames)
        this.#waiting.shift()?.resolve(frame.kind === 'empty' ? 'closed' : parseReply(frame.body));
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        for (const each of this.#waiting.splice(0)) each.resolve('closed');
        resolve();
      });
    });
  }

  /** Sends bytes as they are and waits for one frame. */
  raw(bytes: Uint8Array, timeoutMs = 2_000): Promise<Reply | 'closed' | 'silent'> {
    if (this.socket.destroyed) return Promise.resolve('closed');
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('silent'), timeoutMs);
      this.#waiting.push({
        resolve: (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        },
      });
      this.socket.write(bytes);
    });
  }

  call(functionNumber: number, body: Record<string, unknown> = {}, timeoutMs?: number) {
    return this.raw(encodeFrame({ function: functionNumber, id: ++this.#id, ...body }), timeoutMs);
  }

  end(): void {
    this.socket.destroy();
  }
}

/** A fresh connection, one call, and its outcome; `closed` where the connection is refused. */
export async function callOnce(
  port: number,
  functionNumber: number,
  body: Record<string, unknown> = {},
  timeoutMs = 2_000,
): Promise<Reply | 'closed' | 'silent'> {
  const client = new T2Client(port);
  try {
    return await client.call(functionNumber, body, timeoutMs);
  } finally {
    client.end();
  }
}

/** The error number of one call, or how else it ended. */
export async function errorOf(
  port: number,
  functionNumber: number,
  body: Record<string, unknown> = {},
  timeoutMs?: number,
): Promise<number | 'closed' | 'silent'> {
  const outcome = await callOnce(port, functionNumber, body, timeoutMs);
  return typeof outcome === 'string' ? outcome : outcome.error_no;
}

/** A beat of the session that every node knows. */
export const beat = (port: number, timeoutMs?: number) =>
  errorOf(port, 402000, { session_id: TEST_SESSION }, timeoutMs);

/** A real process of the reference node. */
export interface NodeProcess {
  instance: string;
  child: ChildProcess;
  pid: number;
  t2Port: number;
  f2Port: number;
  incarnation: string;
  dataDir: string;
  stderr(): string;
  exited: Promise<number | null>;
  /** Ends it without notice and waits until it is gone. */
  kill(): Promise<void>;
}

export interface NodeProcessOptions {
  zookeeper: string;
  instance: string;
  system?: string;
  node?: string;
  dataDir?: string;
  args?: readonly string[];
  /** What is run; default the source. */
  entry?: string;
}

/** Starts processes and ends them all, with their folders. */
export class NodeProcesses {
  readonly #children: NodeProcess[] = [];
  readonly #folders: string[] = [];

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'mt-node-'));
    this.#folders.push(folder);
    return folder;
  }

  async start(options: NodeProcessOptions): Promise<NodeProcess> {
    const dataDir = options.dataDir ?? this.folder();
    const args = [
      ...['--system', options.system ?? 'test', '--node', options.node ?? 'mt', '--instance', options.instance],
      ...['--zookeeper', options.zookeeper, '--data-dir', dataDir, '--session', TEST_SESSION, '--die-with-parent'],
      ...(options.args ?? []),
    ];
    const child = spawn(process.execPath, [options.entry ?? MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    let stdout = '';
    const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (stdout.includes('\n')) resolve(JSON.parse(stdout) as Record<string, unknown>);
      });
      void exited.then((code) => reject(new Error(`the node ended with ${code} before it listened: ${stderr}`)));
    });
    const said = (await ready) as { t2Port: number; f2Port: number; pid: number; incarnation: string };
    const node: NodeProcess = {
      instance: options.instance,
      child,
      dataDir,
      ...said,
      stderr: () => stderr,
      exited,
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
    this.#children.push(node);
    return node;
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.splice(0).map((node) => node.kill()));
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
