import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { decodeDatagram, encodeDatagram, parseReply } from '#core/frames';
import { type F2Socket, openNodeF2Socket } from '#core/transport';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import type { Reply } from '#shared/protocol';
import { beat, type NodeProcess, NodeProcesses, TEST_SESSION } from '#test/mt-node-process';
import { until } from '#test/zookeeper-session';

describe('f2 (UDP) of a node process', () => {
  const processes = new NodeProcesses();
  const replies: Reply[] = [];
  let server: ZooKeeperServer;
  let socket: F2Socket;
  let node: NodeProcess;

  beforeAll(async () => {
    server = await startZooKeeperServer({}, { clock: systemClock });
    socket = await openNodeF2Socket({ host: '127.0.0.1', port: 0 });
    socket.onDatagram((datagram) => replies.push(parseReply(decodeDatagram(datagram))));
    node = await processes.start({ zookeeper: server.address, system: 'f2', instance: 'A', args: [] });
    await until(async () => (await beat(node.t2Port)) === 0);
  });
  afterAll(async () => {
    await processes.end();
    await socket?.close();
    await server?.close();
  });

  /** Sends until it is answered: on a busy machine a datagram may be lost. */
  async function ask(functionNumber: number, id: number, body: Record<string, unknown> = {}): Promise<Reply> {
    await until(() => {
      socket.send(encodeDatagram({ ...body, function: functionNumber, id }), '127.0.0.1', node.f2Port);
      return replies.some((reply) => reply.id === id);
    });
    const reply = replies.find((each) => each.id === id);
    if (!reply) throw new Error(`no reply to ${id}`);
    return reply;
  }

  it('answers 402000 with 0 under its epoch, and sessions it does not know with an error', async () => {
    expect(await ask(FUNCTIONS.heartbeat, 1, { session_id: TEST_SESSION })).toMatchObject({
      function: FUNCTIONS.heartbeat,
      error_no: 0,
      epoch: 1,
      instance: 'A',
    });
    expect(await ask(FUNCTIONS.heartbeat, 2, { session_id: 'nobody' })).toMatchObject({
      error_no: ERROR_NUMBERS.unknownSession,
    });
  });

  it('promotes nobody and logs nobody in', async () => {
    const promote = { epoch: 2, token: '1', operation_id: 'op', incarnation: node.incarnation };
    expect((await ask(FUNCTIONS.promote, 3, promote)).error_no).toBe(ERROR_NUMBERS.unknownFunction);
    expect((await ask(FUNCTIONS.practiceLogin, 4, { system: 'O3', user: 'u' })).error_no).toBe(
      ERROR_NUMBERS.unknownFunction,
    );
  });

  it('passes over what is no message, and answers the next beat', async () => {
    for (const bytes of [[], [0xff, 0xfe], [...Buffer.from('{"function":402000}')], Array(60_000).fill(0x7b)])
      socket.send(Buffer.from(bytes), '127.0.0.1', node.f2Port);
    expect((await ask(FUNCTIONS.heartbeat, 5, { session_id: TEST_SESSION })).error_no).toBe(0);
    // Whatever an answer to them could have been, it could not have carried the id of a question.
    expect(replies.filter(({ id }) => id < 1 || id > 5)).toEqual([]);
  });
});
