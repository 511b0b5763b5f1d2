import { afterAll, beforeAll, expect } from 'vitest';
import { RawZooKeeper, type WireReader, wire } from '#test/zookeeper-wire';

export const TICK_MS = 200;
export const CREATED = 1;
export const DELETED = 2;
export const CHANGED = 3;
export const CHILDREN = 4;
export const [NO_NODE, NO_AUTH, BAD_VERSION, NO_CHILDREN, NODE_EXISTS, NOT_EMPTY] = [
  -101, -102, -103, -108, -110, -111,
];
export const [MARSHALLING, UNIMPLEMENTED, BAD_ARGUMENTS, INVALID_ACL, AUTH_FAILED] = [-5, -6, -8, -114, -115];
export const [EPHEMERAL, SEQUENTIAL] = [1, 2];

/** A server under test. */
export interface Subject {
  port: number;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What the cases need: clients of the server under test, and a node of their own to work under. */
export interface Kit {
  subject(): Subject;
  /** A client that has not connected yet. */
  raw(): RawZooKeeper;
  /** A client with a session. */
  client(timeoutMs?: number): Promise<RawZooKeeper>;
  withRoot(): Promise<{ zk: RawZooKeeper; root: string }>;
}

/** Starts the server before the tests of the surrounding suite, and stops it after them. */
export function kitFor(start: () => Promise<Subject>): Kit {
  let subject: Subject;
  let roots = 0;
  const clients: RawZooKeeper[] = [];
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(async () => {
    for (const client of clients) client.socket.destroy();
    await subject?.close();
  });
  const raw = () => {
    const made = new RawZooKeeper(subject.port);
    clients.push(made);
    return made;
  };
  const client = async (timeoutMs = 4000) => {
    const made = raw();
    expect(await made.connect({ timeoutMs })).toBe('open');
    return made;
  };
  const withRoot = async () => {
    const zk = await client();
    const root = `/root-${++roots}`;
    expect((await zk.create(root)).err).toBe(0);
    return { zk, root };
  };
  return { subject: () => subject, raw, client, withRoot };
}

/** One result of a multi: its type, and its error code where the record is one. */
export function multiResults(body: WireReader): { type: number; err?: number; path?: string; version?: number }[] {
  const results = [];
  for (;;) {
    const type = body.int();
    const done = body.bool();
    body.int();
    if (done) return results;
    if (type === -1) results.push({ type, err: body.int() });
    else if (type === 1) results.push({ type, path: body.string() });
    else if (type === 5) results.push({ type, version: body.stat().version });
    else results.push({ type });
  }
}

/** Operations of a multi. */
export const op = {
  create: (path: string, data = '', flags = 0): [number, ...Buffer[]] => [
    1,
    wire.string(path),
    wire.buffer(Buffer.from(data)),
    wire.openAcl(),
    wire.int(flags),
  ],
  remove: (path: string, version = -1): [number, ...Buffer[]] => [2, wire.string(path), wire.int(version)],
  set: (path: string, data: string, version = -1): [number, ...Buffer[]] => [
    5,
    wire.string(path),
    wire.buffer(Buffer.from(data)),
    wire.int(version),
  ],
  check: (path: string, version = -1): [number, ...Buffer[]] => [13, wire.string(path), wire.int(version)],
};
