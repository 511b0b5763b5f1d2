import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from '../../../src/main/drill/tcp-proxy.ts';

let server: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = new TcpProxy('127.0.0.1', (server.address() as AddressInfo).port);
  await proxy.open();
});
afterEach(async () => {
  await proxy.cut();
  await new Promise((closed) => server.close(closed));
});

async function echo(word: string): Promise<string> {
  const socket = connect(proxy.port, '127.0.0.1');
  try {
    socket.write(word);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}

describe("the way to somebody else's ZooKeeper", () => {
  it('carries bytes both ways', async () => {
    expect(await echo('ruok')).toBe('ruok');
  });

  it('ends every connection when cut, refuses new ones, and opens again on the same port', async () => {
    const { port } = proxy;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await proxy.cut();
    await closed;
    await expect(echo('anyone?')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.open();
    expect(proxy.port).toBe(port);
    expect(await echo('back')).toBe('back');
  });

  it('says nothing to anybody while silent, connected or not, and opens anew', async () => {
    const heard: string[] = [];
    const joined = connect(proxy.port, '127.0.0.1');
    joined.on('error', () => {});
    joined.on('data', (bytes) => heard.push(String(bytes)));
    joined.write('before');
    await once(joined, 'data');
    proxy.silence();
    joined.write('meanwhile');
    const late = connect(proxy.port, '127.0.0.1');
    late.on('error', () => {});
    late.on('data', (bytes) => heard.push(String(bytes)));
    await once(late, 'connect');
    late.write('late');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard).toEqual(['before']);
    const closed = Promise.all([once(joined, 'close'), once(late, 'close')]);
    const { port } = proxy;
    await proxy.open();
    await closed;
    expect(proxy.port).toBe(port);
    expect(await echo('back')).toBe('back');
    await proxy.open();
    expect(await echo('twice')).toBe('twice');
  });

  it('lets go of a client when the server behind it cannot be had', async () => {
    const dead = new TcpProxy('127.0.0.1', 1);
    await dead.open();
    const socket = connect(dead.port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'close');
    await dead.cut();
  });
});
