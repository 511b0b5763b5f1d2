import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '#core/clock';
import {
  type ConnectionEvent,
  createPracticeSession,
  createT2Connector,
  type NodeConnector,
  PracticeFunctionError,
} from '#main/nodes';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { answer, answering, type Script, type ScriptedNode, startScriptedNode } from '#test/scripted-node';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function start(script: Script = answering): Promise<ScriptedNode> {
  const node = await startScriptedNode(script);
  opened.push(node);
  return node;
}

function connectorTo(port: number, practice = false): { connector: NodeConnector; events: ConnectionEvent[] } {
  const connector = createT2Connector({ clock: systemClock, practice })({ host: '127.0.0.1', t2Port: port, f2Port: 1 });
  opened.push(connector);
  const events: ConnectionEvent[] = [];
  connector.onConnection((event) => events.push(event));
  return { connector, events };
}

const beat = (connector: NodeConnector, timeoutMs = 2_000) =>
  connector.call(FUNCTIONS.heartbeat, { session_id: 's' }, timeoutMs);

/** A port on which nothing listens: one that was just let go. */
async function freePort(): Promise<number> {
  const node = await startScriptedNode();
  await node.close();
  return node.port;
}

describe('reply classes', () => {
  test('0 is ok, with the reply, its epoch and a latency', async () => {
    const node = await start();
    const { connector } = connectorTo(node.port);
    const outcome = await beat(connector);
    expect(outcome).toMatchObject({ class: 'ok', errorNumber: 0, reply: { epoch: 1, instance: 'a' } });
    expect(outcome.latencyMs).toBeGreaterThan(0);
    expect(node.requests[0]).toMatchObject({ function: 402000, session_id: 's' });
  });

  test('308000000 is switching, any other number an error', async () => {
    const numbers = [ERROR_NUMBERS.switching, ERROR_NUMBERS.standby, -7];
    const node = await start((request, socket) => void socket.write(answer(request, { error_no: numbers.shift() })));
    const { connector } = connectorTo(node.port);
    expect((await beat(connector)).class).toBe('switching');
    expect(await beat(connector)).toMatchObject({ class: 'error', errorNumber: ERROR_NUMBERS.standby });
    expect(await beat(connector)).toMatchObject({ class: 'error', errorNumber: -7 });
  });

  test('a connection that closes before the reply is empty, and told', async () => {
    const node = await start((_request, socket) => void socket.end());
    const { connector, events } = connectorTo(node.port);
    expect((await beat(connector)).class).toBe('empty');
    expect(events.map((event) => event.kind)).toContain('closed');
  });

  test('a reset before the reply is empty', async () => {
    const node = await start((_request, socket) => void socket.resetAndDestroy());
    const { connector } = connectorTo(node.port);
    expect(await beat(connector)).toMatchObject({ class: 'empty', detail: 'ECONNRESET' });
  });

  test('a close in the middle of a frame is empty', async () => {
    const node = await start((request, socket) => void socket.end(answer(request).subarray(0, 9)));
    const { connector } = connectorTo(node.port);
    expect((await beat(connector)).class).toBe('empty');
  });

  test('a frame without a body is empty, and the connection stays', async () => {
    const node = await start((_request, socket) => void socket.write(Buffer.alloc(4)));
    const { connector } = connectorTo(node.port);
    expect((await beat(connector)).class).toBe('empty');
    node.script = answering;
    expect((await beat(connector)).class).toBe('ok');
    expect(node.connections).toBe(1);
  });

  test('a frame without a body is the heartbeat’s, not that of an older promotion', async () => {
    const node = await start((request, socket) => {
      if (request.function === FUNCTIONS.heartbeat) socket.write(Buffer.alloc(4));
    });
    const { connector } = connectorTo(node.port);
    const promotion = connector.call(FUNCTIONS.promote, {}, 300);
    expect((await beat(connector)).class).toBe('empty');
    expect((await promotion).class).toBe('timeout');
  });

  test('a closed port is refused, and told', async () => {
    const { connector, events } = connectorTo(await freePort());
    expect(await beat(connector)).toMatchObject({ class: 'refused', detail: 'ECONNREFUSED' });
    expect(events.map((event) => event.kind)).toEqual(['refused']);
  });

  test('no reply is a time-out, and the late reply is dropped', async () => {
    const held: (() => void)[] = [];
    const node = await start((request, socket) => void held.push(() => socket.write(answer(request))));
    const { connector } = connectorTo(node.port);
    expect((await beat(connector, 60)).class).toBe('timeout');
    for (const reply of held) reply();
    node.script = answering;
    expect((await beat(connector)).class).toBe('ok');
    expect(node.connections).toBe(1);
  });

  test('a peer that only drips ends in a time-out', async () => {
    const timers: NodeJS.Timeout[] = [];
    const node = await start((request, socket) => {
      const bytes = answer(request);
      let at = 0;
      timers.push(setInterval(() => socket.write(bytes.subarray(at, ++at)), 20));
    });
    const { connector } = connectorTo(node.port);
    expect((await beat(connector, 100)).class).toBe('timeout');
    for (const timer of timers) clearInterval(timer);
  });

  test('a reply of another function, or without what its function promises, is empty with the reason', async () => {
    const node = await start((request, socket) => void socket.write(answer(request, { function: 1 })));
    const { connector } = connectorTo(node.port);
    expect(await beat(connector)).toMatchObject({ class: 'empty', detail: expect.stringContaining('function 1') });
    node.script = answering;
    const info = await connector.call(FUNCTIONS.systemInfo, {}, 2_000);
    expect(info).toMatchObject({ class: 'empty', detail: expect.stringContaining('1403040') });
  });
});

describe('the one connection', () => {
  test('a call that takes long stalls no other, and replies find their calls in any order', async () => {
    const slow: (() => void)[] = [];
    const node = await start((request, socket) => {
      if (request.function === FUNCTIONS.promote) slow.push(() => socket.write(answer(request, { epoch: 9 })));
      else socket.write(answer(request));
    });
    const { connector } = connectorTo(node.port);
    const promotion = connector.call(FUNCTIONS.promote, {}, 5_000);
    for (let i = 0; i < 3; i++) expect((await beat(connector)).class).toBe('ok');
    for (const reply of slow) reply();
    expect(await promotion).toMatchObject({ class: 'ok', reply: { epoch: 9 } });
    expect(node.connections).toBe(1);
  });

  test('fifty calls at once on a connection not yet made', async () => {
    const node = await start();
    const { connector } = connectorTo(node.port);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => beat(connector)));
    expect(outcomes.every((outcome) => outcome.class === 'ok')).toBe(true);
    expect(node.connections).toBe(1);
  });

  test('a close ends every call under way at once, and the port that refuses is learnt without a call', async () => {
    const node = await start();
    const { connector, events } = connectorTo(node.port);
    await beat(connector);
    node.script = () => {};
    const calls = [beat(connector, 30_000), connector.call(FUNCTIONS.systemInfo, {}, 30_000)];
    await vi.waitFor(() => expect(node.requests.length).toBe(3));
    const closedAtMs = performance.now();
    await node.close();
    expect((await Promise.all(calls)).map((outcome) => outcome.class)).toEqual(['empty', 'empty']);
    await vi.waitFor(() => expect(events.map((event) => event.kind)).toEqual(['opened', 'closed', 'refused']), {
      interval: 1,
    });
    expect(performance.now() - closedAtMs).toBeLessThan(1_000);
  });

  test('a node that was restarted is reached by the next call', async () => {
    const node = await start();
    const { connector, events } = connectorTo(node.port);
    await beat(connector);
    await node.close();
    await vi.waitFor(() => expect(events.at(-1)?.kind).toBe('refused'));
    expect((await beat(connector)).class).toBe('refused');
    const again = await startScriptedNode(answering, node.port);
    opened.push(again);
    expect((await beat(connector)).class).toBe('ok');
  });

  test('closing the connector ends calls as empty, and further calls too', async () => {
    const node = await start(() => {});
    const { connector, events } = connectorTo(node.port);
    const pending = beat(connector, 30_000);
    await vi.waitFor(() => expect(node.requests.length).toBe(1));
    connector.close();
    expect((await pending).class).toBe('empty');
    expect((await beat(connector)).class).toBe('empty');
    expect(events.map((event) => event.kind)).toEqual(['opened']);
  });

  test('selfFence is what the node last said of itself', async () => {
    const node = await start((request, socket) => void socket.write(answer(request, systemInfo)));
    const { connector } = connectorTo(node.port);
    expect(connector.capabilities.selfFence).toBe(false);
    expect((await connector.call(FUNCTIONS.systemInfo, {}, 2_000)).class).toBe('ok');
    expect(connector.capabilities.selfFence).toBe(true);
  });
});

describe('hostile peers', () => {
  const cases: Record<string, Script> = {
    'text of another protocol': (_request, socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'a body that is not JSON': (_request, socket) => void socket.write(Buffer.from('\0\0\0\u0003abc')),
    'a body that is no reply': (_request, socket) => void socket.write(Buffer.from('\0\0\0\u0002{}')),
    'a frame longer than 1 MiB': (_request, socket) => void socket.write(Buffer.from([0, 0x10, 0, 1])),
  };
  for (const [name, script] of Object.entries(cases))
    test(`${name}: empty, the connection is closed, the next call makes a new one`, async () => {
      const node = await start(script);
      const { connector } = connectorTo(node.port);
      expect((await beat(connector)).class).toBe('empty');
      node.script = answering;
      expect((await beat(connector)).class).toBe('ok');
      expect(node.connections).toBe(2);
    });

  test('more frames than calls: the connection is closed', async () => {
    const node = await start((request, socket) => {
      for (let i = 0; i < 3; i++) socket.write(answer(request));
    });
    const { connector, events } = connectorTo(node.port);
    expect((await beat(connector)).class).toBe('ok');
    await vi.waitFor(() => expect(events.map((event) => event.kind)).toContain('closed'));
  });

  test('a peer that takes and drops every connection is tried a few times, not for ever', async () => {
    const node = await start();
    const { connector } = connectorTo(node.port);
    await beat(connector);
    node.script = (_request, socket) => void socket.destroy();
    expect((await beat(connector)).class).toBe('empty');
    await vi.waitFor(() => expect(node.connections).toBe(2));
    for (const call of [1, 2, 3, 4, 5, 6]) expect([call, (await beat(connector)).class]).toEqual([call, 'empty']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(node.connections).toBeLessThanOrEqual(12);
  });

  test('a peer that never reads: calls time out and unsent bytes stay bounded', async () => {
    const node = await start((_request, socket) => void socket.pause());
    const { connector } = connectorTo(node.port);
    const body = { filler: 'x'.repeat(200_000) };
    const calls = Array.from({ length: 100 }, () => connector.call(FUNCTIONS.promote, body, 500));
    const outcomes = await Promise.all(calls);
    expect(outcomes.every((outcome) => outcome.class === 'timeout')).toBe(true);
    expect(outcomes.some((outcome) => outcome.detail.startsWith('the peer does not read'))).toBe(true);
  });
});

describe('practice-only functions', () => {
  const login: Script = (request, socket) => {
    if (request.function === FUNCTIONS.practiceLogin) socket.write(answer(request, { session_id: 'fresh' }));
    else if (request.session_id === 'fresh') socket.write(answer(request));
    else socket.write(answer(request, { error_no: ERROR_NUMBERS.unknownSession }));
  };

  test('a real site is never sent one', async () => {
    const node = await start(login);
    const { connector } = connectorTo(node.port);
    await expect(connector.call(FUNCTIONS.practiceLogin, {}, 100)).rejects.toBeInstanceOf(PracticeFunctionError);
    const session = createPracticeSession({ connector, clock: systemClock, system: 'O3', user: 'console' });
    await expect(session.heard(await beat(connector))).rejects.toBeInstanceOf(PracticeFunctionError);
    expect(node.requests.map((request) => request.function)).toEqual([402000]);
  });

  test('in practice an unknown session is followed by one login, and beats carry the new session', async () => {
    const node = await start(login);
    const { connector } = connectorTo(node.port, true);
    const session = createPracticeSession({ connector, clock: systemClock, system: 'O3', user: 'console' });
    const refused = await beat(connector);
    expect(await Promise.all([session.heard(refused), session.heard(refused)])).toEqual([true, false]);
    expect(session.credential()).toEqual({ system: 'O3', sessionId: 'fresh' });
    const next = await connector.call(FUNCTIONS.heartbeat, { session_id: 'fresh' }, 2_000);
    expect(await session.heard(next)).toBe(false);
    expect(node.requests.filter((request) => request.function === FUNCTIONS.practiceLogin)).toHaveLength(1);
  });
});

const systemInfo = {
  status: 1,
  role: 'primary',
  phases: [],
  svr_mode: 0,
  node: 'mt',
  instance: 'a',
  incarnation: 'i-1',
  pid: 1,
  driver: 'console',
  self_fence: true,
  sessions: 0,
  lease_left_ms: null,
  promise_left_ms: 0,
  on_promise: false,
};
