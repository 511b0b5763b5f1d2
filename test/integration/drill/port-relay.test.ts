import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortRelay } from '../../../src/main/drill/port-relay.ts';

let server: Server;
let near: Socket;
let relay: PortRelay;

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  near = createSocket('udp4', (datagram, from) => near.send(datagram, from.port, from.address));
  near.bind(0, '127.0.0.1');
  await once(near, 'listening');
  relay = await PortRelay.open();
  relay.leadTo({ t2Port: (server.address() as AddressInfo).port, f2Port: near.address().port });
});
afterEach(async () => {
  await relay.close();
  near.close();
  await new Promise((closed) => server.close(closed));
});

async function echoOverTcp(word: string): Promise<string> {
  const socket = connect(relay.ports.t2Port, '127.0.0.1');
  try {
    socket.write(word);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}

/** A sender that hears what the system says of refusals. */
async function sender(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.connect(relay.ports.f2Port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function echoOverUdp(socket: Socket, word: string): Promise<string> {
  const heard = once(socket, 'message');
  socket.send(word);
  const [answer] = (await heard) as [Buffer];
  return answer.toString();
}

describe('ports that stand before an instance', () => {
  it('carry both ways, each sender its own', async () => {
    expect(await echoOverTcp('t2')).toBe('t2');
    const senders = await Promise.all([sender(), sender()]);
    expect(await Promise.all(senders.map((one, index) => echoOverUdp(one, `f2-${index}`)))).toEqual(['f2-0', 'f2-1']);
    for (const one of senders) one.close();
  });

  it('refuse everybody, reset what is open, and carry again on the same ports', async () => {
    const { ports } = relay;
    const open = connect(ports.t2Port, '127.0.0.1');
    open.write('before');
    await once(open, 'data');
    const reset = once(open, 'error');
    await relay.refuse();
    expect((await reset)[0]).toMatchObject({ code: 'ECONNRESET' });
    await expect(echoOverTcp('anyone?')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const refused = await sender();
    const told = once(refused, 'error');
    refused.send('anyone?');
    expect((await told)[0]).toMatchObject({ code: 'ECONNREFUSED' });
    refused.close();

    await relay.pass();
    expect(relay.ports).toEqual(ports);
    expect(await echoOverTcp('back')).toBe('back');
    const again = await sender();
    expect(await echoOverUdp(again, 'back')).toBe('back');
    again.close();
  });

  it('fall silent, and carry again', async () => {
    const one = await sender();
    expect(await echoOverUdp(one, 'before')).toBe('before');
    const heard: string[] = [];
    one.on('message', (datagram) => heard.push(String(datagram)));
    relay.silence();
    await new Promise((sent) => one.send('lost', sent));
    // It lies before the relay by now, which takes it in this process's next turn.
    for (let turn = 0; turn < 3; turn++) await new Promise((next) => setImmediate(next));
    await relay.pass();
    // What comes after has been carried, so the lost one never will be.
    expect(await echoOverUdp(one, 'after')).toBe('after');
    expect(heard).toEqual(['after']);
    one.close();
    expect(await echoOverTcp('t2')).toBe('t2');
  });
});
