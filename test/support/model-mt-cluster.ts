import type { Random } from '#core/clock';
import { decodeDatagram, encodeDatagram, encodeFrame, parseReply, T2Decoder } from '#core/frames';
import { type Log, silentLog } from '#core/logging';
import type { F2Sender, F2Socket, T2Connection, T2Handler, T2Server } from '#core/transport';
import { createMtNode, DEFAULT_OPTIONS, type MtNode, type MtNodeOptions, type NodeState } from '#mtnode';
import type { DataPorts, TodbPort } from '#mtnode/data';
import type { Mount } from '#mtnode/sync';
import { pairPaths } from '#shared/domain';
import type { Reply } from '#shared/protocol';
import { ModelDisk } from '#test/model-disk';
import { ModelMount } from '#test/model-mount';
import { type ModelSession, ModelZooKeeper } from '#test/model-zookeeper';
import { VirtualClock } from '#test/virtual-clock';

export const SESSION = 'known';
export const PATHS = pairPaths(DEFAULT_OPTIONS.pathTemplate, 'sys', 'mt');

/** A node of the model: the real node code on a modelled network, disk and ZooKeeper. */
export interface ModelNode {
  name: string;
  node: MtNode;
  zookeeper: ModelSession;
  connections: Set<ModelConnection>;
  /** Ends without a word. */
  kill(): void;
  isDead(): boolean;
}

interface ModelConnection {
  handler: T2Handler;
  got: Reply[];
  closed: boolean;
}

/** Nodes in one virtual time, with a network that can be cut and disks that survive their process. */
export class ModelCluster {
  readonly clock = new VirtualClock();
  readonly zookeeper = new ModelZooKeeper(this.clock);
  readonly disks = new Map<string, NodeState>();
  log: Log = silentLog;
  /** Called before a state is stored; where it throws, the disk fails. */
  beforeSave: (name: string, state: NodeState) => void = () => {};
  /** Datagrams to these ports are lost. */
  readonly deafPorts = new Set<number>();
  readonly nodes: ModelNode[] = [];
  /** Instances keep data; each has the other's share mounted. */
  keepsData = false;
  hasMounts = true;
  /** What a node's Todb file names. */
  todb: (name: string) => TodbPort | null = () => null;
  readonly #shares = new Map<string, ModelDisk>();
  readonly #mounts = new Map<string, ModelMount>();
  readonly #sockets = new Map<number, (datagram: Uint8Array, from: F2Sender) => void>();
  readonly #dead = new Set<number>();
  readonly #accepts = new Map<ModelNode, { accept?: (connection: T2Connection) => T2Handler }>();
  #uuid = 0;
  #port = 10_000;

  /** From a seed, so that a run repeats itself. */
  readonly random: Random = {
    next: () => 0.5,
    uuid: () => `uuid-${++this.#uuid}`,
  };

  /** The folder with an instance's redo and dat; it survives its processes. */
  share(name: string): ModelDisk {
    return getOrMake(this.#shares, name, () => new ModelDisk(this.clock));
  }

  /** The other instance's share as this instance sees it. */
  mount(name: string): ModelMount {
    const other = name === 'A' ? 'B' : 'A';
    return getOrMake(this.#mounts, name, () => new ModelMount(this.share(other), this.clock, `/mnt/${other}`));
  }

  #data(name: string): { data: DataPorts } | Record<string, never> {
    if (!this.keepsData) return {};
    const mount = this.hasMounts ? openMount(this.mount(name)) : null;
    return { data: { disk: this.share(name).attach(), mount, todb: this.todb(name) } };
  }

  async start(name: string, options: Partial<MtNodeOptions> = {}): Promise<ModelNode> {
    const zookeeper = this.zookeeper.session();
    const connections = new Set<ModelConnection>();
    const listener: { accept?: (connection: T2Connection) => T2Handler } = {};
    const f2Port = ++this.#port;
    const t2: T2Server = {
      port: ++this.#port,
      connectionCount: () => connections.size,
      closeConnections: () => closeAll(connections),
      close: async () => {
        delete listener.accept;
        closeAll(connections);
      },
    };
    const node = await createMtNode(
      { ...DEFAULT_OPTIONS, system: 'sys', node: 'mt', instance: name, serviceSessions: [SESSION], ...options },
      {
        clock: this.clock,
        random: this.random,
        zookeeper,
        listenT2: async (_, accept) => {
          listener.accept = accept;
          return t2;
        },
        openF2: async () => this.#socket(f2Port),
        storage: {
          load: async () => this.disks.get(name),
          save: async (state) => {
            // The dead store nothing.
            if (this.#dead.has(f2Port)) return new Promise(() => {});
            this.beforeSave(name, state);
            this.disks.set(name, state);
          },
        },
        process: { bootId: 'boot', pid: f2Port, startTime: '1' },
        ...this.#data(name),
        log: this.log,
      },
    );
    const made: ModelNode = {
      name,
      node,
      zookeeper,
      connections,
      kill: () => {
        zookeeper.die();
        this.#dead.add(f2Port);
        if (this.keepsData) this.share(name).detach();
        delete listener.accept;
        closeAll(connections);
      },
      isDead: () => this.#dead.has(f2Port),
    };
    this.#accepts.set(made, listener);
    this.nodes.push(made);
    return made;
  }
  /** A pair at rest: A primary, B standby, the hello acknowledged. */
  async pair(options: Partial<MtNodeOptions> = {}): Promise<[ModelNode, ModelNode]> {
    const a = await this.start('A', options);
    await this.clock.advance(500);
    const b = await this.start('B', options);
    await this.clock.advance(3_000);
    return [a, b];
  }

  /** Stops a node in order, giving it the time that takes. */
  async stop(node: ModelNode): Promise<void> {
    const stopped = node.node.stop();
    await this.clock.advance(500);
    await stopped;
  }

  /** Opens a t2 connection; undefined where nobody listens. */
  connect(to: ModelNode): ModelConnection | undefined {
    const accept = this.#accepts.get(to)?.accept;
    if (accept === undefined) return undefined;
    const connection: ModelConnection = { handler: { onFrame() {} }, got: [], closed: false };
    const decoder = new T2Decoder();
    connection.handler = accept({
      remote: 'model',
      send(frame) {
        if (connection.closed) return false;
        for (const each of decoder.push(frame).frames)
          if (each.kind === 'body') connection.got.push(parseReply(each.body));
        return true;
      },
      close() {
        connection.closed = true;
        to.connections.delete(connection);
      },
    });
    to.connections.add(connection);
    return connection;
  }

  /** One call on a fresh connection: the reply, or `closed`. Needs no time to pass, unless the node takes some. */
  async call(to: ModelNode, functionNumber: number, body: Record<string, unknown> = {}): Promise<Reply | 'closed'> {
    const connection = this.connect(to);
    if (connection === undefined) return 'closed';
    const [frame] = new T2Decoder().push(encodeFrame({ function: functionNumber, id: 1, ...body })).frames;
    if (frame) await connection.handler.onFrame(frame);
    to.connections.delete(connection);
    return connection.got[0] ?? 'closed';
  }

  /** A datagram to the node from somewhere else, as anybody can send one. */
  datagram(to: ModelNode, functionNumber: number, body: Record<string, unknown>): void {
    const bytes = encodeDatagram({ function: functionNumber, id: 1, ...body });
    this.#sockets.get(to.node.listening.f2Port)?.(bytes, { host: '127.0.0.1', port: 1 });
  }

  /** As `call`, for a call that takes time: lets it pass. `silent` where nothing was answered within `limitMs`. */
  async callInTime(
    to: ModelNode,
    functionNumber: number,
    body: Record<string, unknown> = {},
    limitMs = 10_000,
  ): Promise<Reply | 'closed' | 'silent'> {
    let outcome: Reply | 'closed' | 'silent' = 'silent';
    const asked = this.call(to, functionNumber, body).then((reply) => {
      outcome = reply;
    });
    for (let passedMs = 0; outcome === 'silent' && passedMs < limitMs; passedMs += 5) await this.clock.advance(5);
    if (outcome !== 'silent') await asked;
    return outcome;
  }

  /** The error number of a beat, or `closed`. */
  async beat(to: ModelNode, sessionId = SESSION): Promise<number | 'closed'> {
    const reply = await this.call(to, 402000, { session_id: sessionId });
    return reply === 'closed' ? 'closed' : reply.error_no;
  }

  route(): Record<string, unknown> | undefined {
    return this.zookeeper.json(PATHS.route);
  }

  /** What a console does in `close-route`: names the instance under the next epoch, closed. */
  closeRouteFor(node: ModelNode, operationId = 'op-1', changes: Record<string, unknown> = {}): number {
    const route = this.route();
    const epoch = Number(route?.epoch ?? 0) + 1;
    const { instance, incarnation } = node.node.listening;
    const next = { ...route, instance, incarnation, epoch, state: 'closed', token: '7', operationId, ...changes };
    this.zookeeper.applyAll([{ op: 'set', path: PATHS.route, data: Buffer.from(JSON.stringify(next)) }], 0n);
    return epoch;
  }

  #socket(port: number): F2Socket {
    return {
      port,
      send: (datagram, _host, to) => {
        const bytes = Buffer.from(decodeDatagram(datagram));
        this.clock.setTimer(1, () => {
          const lost = [port, to].some((each) => this.deafPorts.has(each) || this.#dead.has(each));
          if (!lost) this.#sockets.get(to)?.(bytes, { host: '127.0.0.1', port });
        });
      },
      onDatagram: (listener) => void this.#sockets.set(port, listener),
      close: async () => void this.#sockets.delete(port),
    };
  }
}

function closeAll(connections: Set<ModelConnection>): void {
  for (const connection of connections) connection.closed = true;
  connections.clear();
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const made = map.get(key) ?? make();
  map.set(key, made);
  return made;
}

/** The mount as one process has it: what that one closes stays open for the next. */
function openMount(mount: ModelMount): Mount {
  let isClosed = false;
  const call = <T>(run: () => Promise<T>): Promise<T> => (isClosed ? new Promise<T>(() => {}) : run());
  return {
    directory: mount.directory,
    readFile: (name) => call(() => mount.readFile(name)),
    list: () => call(() => mount.list()),
    read: (name, offset, length) => call(() => mount.read(name, offset, length)),
    writeFile: (name, bytes) => call(() => mount.writeFile(name, bytes)),
    checkWritable: () => call(() => mount.checkWritable()),
    close: () => {
      isClosed = true;
    },
  };
}
