/**
 * The reference client on a thread of its own, so that what it measures is not slowed by the console's work. Follows
 * the route through a ZooKeeper session of its own; asked for its beats and told what to write by messages.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { machineClock as clock, systemRandom } from '#core/clock';
import { createZooKeeperSession } from '#core/zookeeper';
import { createT2Connector } from '#main/nodes';
import { pairPaths, parseRecord, registrationSchema, routeSchema } from '#shared/domain';
import type { ClientBeat } from './beats.ts';
import type { ClientAnswer, ClientRequest, ClientSetting, WritesEnded } from './client-thread.ts';
import { readBack } from './read-back.ts';
import { ReferenceClient } from './reference-client.ts';
import { type ClientCall, WriteLoad } from './write-load.ts';
import { probeZombie } from './zombie-probe.ts';

const setting = workerData as ClientSetting;
const paths = pairPaths(setting.pathTemplate, setting.system, setting.node);
const connect = createT2Connector({ clock, practice: true });
let beats: ClientBeat[] = [];
const client = new ReferenceClient({ clock, connect, beat: (beat) => beats.push(beat) });
let load: WriteLoad | undefined;
const call: ClientCall = (functionNumber, body, timeoutMs) => client.call(functionNumber, body, timeoutMs);
const session = createZooKeeperSession(setting, { clock, random: systemRandom });

session.watchNode(paths.route, (value) => {
  if (value) client.route(parseRecord(routeSchema, paths.route, value.data));
});
const followed = new Set<string>();
session.watchChildren(paths.instances, (names) => {
  for (const name of names ?? []) follow(name);
});
if (parentPort) serve(parentPort);

function follow(instance: string): void {
  if (followed.has(instance)) return;
  followed.add(instance);
  const path = paths.instance(instance);
  session.watchNode(path, (value) => {
    const [address] = value ? parseRecord(registrationSchema, path, value.data).addresses : [];
    if (address) client.address(instance, address);
  });
}

function serve(port: MessagePort): void {
  port.on('message', (request: ClientRequest) => {
    answer(request).then(
      (result) => port.postMessage({ id: request.id, result } satisfies ClientAnswer),
      (error: unknown) => port.postMessage({ id: request.id, problem: String(error) } satisfies ClientAnswer),
    );
  });
}

async function answer(request: ClientRequest): Promise<unknown> {
  switch (request.kind) {
    case 'take':
      return takeBeats();
    case 'probe': {
      const known = client.sessionAt(request.instance);
      const sessions = known === undefined ? [] : [known];
      return probeZombie(request.target, { sessions, run: request.run }, request.durationMs, { clock, connect });
    }
    case 'write':
      return write(request.run, request.ratePerSecond);
    case 'end-writing':
      return endWriting();
    case 'read-back':
      return readBack(request.run, request.length, { clock, call, timeoutMs: request.timeoutMs });
    case 'stop':
      client.stop();
      await session.close();
      return null;
  }
}

function takeBeats(): ClientBeat[] {
  const taken = beats;
  beats = [];
  return taken;
}

function write(run: string, ratePerSecond: number): null {
  const writing = { clock, call, isServed: () => client.isServed, highestEpoch: () => client.highestEpoch };
  load = new WriteLoad(run, ratePerSecond, writing);
  return null;
}

async function endWriting(): Promise<WritesEnded> {
  if (!load) return { outcomes: new Uint8Array(), staleAcks: 0 };
  await load.end();
  return { outcomes: load.outcomes.bytes(), staleAcks: load.staleAcks };
}
