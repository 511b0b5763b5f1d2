import { T2Decoder } from '#core/frames';
import type { Log, LogFields } from '#core/logging';
import type { F2Socket, ListenT2, OpenF2, T2Handler } from '#core/transport';
import type { Stream, StreamPort } from '#main/nodes';
import type { Disk, FileInfo } from '#mtnode/redo';
import type { Mount } from '#mtnode/sync';
import type { Channel, SimNetwork } from './network.ts';
import type { SimProcess } from './process.ts';

/** What a process says, for the trace and for the invariants that go by it. */
export type Heard = (level: 'debug' | 'info' | 'warn' | 'error', text: string, fields: LogFields | undefined) => void;

export function logTo(heard: Heard): Log {
  const log: Log = {
    debug() {},
    info: (text, fields) => heard('info', text, fields),
    warn: (text, fields) => heard('warn', text, fields),
    error: (text, fields) => heard('error', text, fields),
    child: () => log,
  };
  return log;
}

/** t2 as a node listens to it. */
export function listenOn(network: SimNetwork, process: SimProcess, party: string): ListenT2 {
  return async (options, accept) => {
    const channels = new Set<Channel<Uint8Array>>();
    const closeAll = () => {
      for (const channel of channels) channel.close();
      channels.clear();
    };
    network.listen<Uint8Array>(party, options.port, process, (channel) => {
      const decoder = new T2Decoder();
      channels.add(channel);
      const handler: T2Handler = accept({
        remote: 'sim',
        send(frame) {
          if (!channels.has(channel)) return false;
          channel.send(frame);
          return true;
        },
        close() {
          if (channels.delete(channel)) channel.close();
        },
      });
      return {
        message: (bytes) => {
          if (!channels.has(channel)) return;
          for (const frame of decoder.push(bytes).frames) void handler.onFrame(frame);
        },
        ended: () => {
          if (channels.delete(channel)) handler.onClosed?.();
        },
      };
    });
    return {
      port: options.port,
      connectionCount: () => channels.size,
      closeConnections: closeAll,
      close: async () => {
        network.unlisten(party, options.port, process);
        closeAll();
      },
    };
  };
}

/** f2 as a node opens it. */
export function f2On(network: SimNetwork, process: SimProcess, party: string): OpenF2 {
  return async ({ port }) => {
    const socket: F2Socket = {
      port,
      send: (bytes, to, toPort) => network.datagram(process, party, port, to, toPort, Buffer.from(bytes)),
      onDatagram: (listener) =>
        network.bind(party, port, process, (bytes, from) => {
          const [host = '', fromPort = '0'] = from.split(':');
          listener(bytes, { host, port: Number(fromPort) });
        }),
      close: async () => network.unbind(party, port, process),
    };
    return socket;
  };
}

/** TCP as a console's connector sees it. */
export function streamsOf(network: SimNetwork, process: SimProcess, party: string): StreamPort {
  return {
    connect(host, port, listener): Stream {
      let isOver = false;
      const channel = network.connect<Uint8Array>(process, party, host, port, 't2', {
        opened: () => {
          if (!isOver) listener.opened();
        },
        message: (bytes) => {
          if (!isOver) listener.data(bytes);
        },
        ended: (code) => {
          if (isOver) return;
          isOver = true;
          listener.ended(code === null ? null : Object.assign(new Error(code), { code }));
        },
      });
      return {
        write: (bytes) => channel.send(bytes),
        unsentBytes: () => 0,
        destroy() {
          isOver = true;
          channel.close();
        },
      };
    },
  };
}

/** A disk as a process has it: an answer that comes while the process hangs waits for it. */
export function diskOf(process: SimProcess, disk: Disk): Disk {
  const when = <T>(call: Promise<T>): Promise<T> => settled(process, call);
  return {
    list: () => when(disk.list()),
    read: (name, offset, length) => when(disk.read(name, offset, length)),
    openAppend: async (name) => {
      const file = await when(disk.openAppend(name));
      return {
        append: (pieces) => when(file.append(pieces)),
        sync: () => when(file.sync()),
        close: () => when(file.close()),
      };
    },
    replace: (name, content) => when(disk.replace(name, content)),
    poke: (name, offset, bytes) => when(disk.poke(name, offset, bytes)),
    truncate: (name, bytes) => when(disk.truncate(name, bytes)),
    remove: (name) => when(disk.remove(name)),
  };
}

/** The mount as one process has it: what that one closes stays open for the next. */
export function mountOf(process: SimProcess, mount: Mount): Mount {
  let isClosed = false;
  const when = <T>(call: () => Promise<T>): Promise<T> =>
    isClosed ? new Promise<T>(() => {}) : settled(process, call());
  return {
    directory: mount.directory,
    readFile: (name) => when<Uint8Array>(() => mount.readFile(name)),
    list: () => when<FileInfo[]>(() => mount.list()),
    read: (name, offset, length) => when<Uint8Array>(() => mount.read(name, offset, length)),
    writeFile: (name, bytes) => when<void>(() => mount.writeFile(name, bytes)),
    checkWritable: () => when<void>(() => mount.checkWritable()),
    close: () => {
      isClosed = true;
    },
  };
}

async function settled<T>(process: SimProcess, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } finally {
    if (!process.runs) await process.running();
  }
}
