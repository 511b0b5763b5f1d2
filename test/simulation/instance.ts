import { createZooKeeperSession } from '#core/zookeeper';
import { createMtNode, DEFAULT_OPTIONS, type MtNode, type NodeState } from '#mtnode';
import { FUNCTIONS } from '#shared/domain';
import { MAX_READ_KEYS, type Reply, readReplySchema } from '#shared/protocol';
import { safeParseOwn } from '#shared/reading';
import { ModelDisk, systemError } from '#test/model-disk';
import { ModelMount } from '#test/model-mount';
import type { SimPair } from './pair.ts';
import { diskOf, f2On, listenOn, logTo, mountOf } from './ports.ts';
import { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { F2_PORT, type InstanceName, otherOf, SESSION, SYSTEM, T2_PORT } from './setting.ts';
import { answeringAsVendor, registeredAsVendor } from './vendor.ts';
import { openSimClient } from './zookeeper-client.ts';

const STOP_TIMEOUT_MS = 5_000;
export const SYNC_MS = 1;
const MOUNT_MS = 0;

/** An instance's host: its share and state survive its processes; one process at a time runs on it. */
export class SimInstance {
  readonly name: InstanceName;
  /** Its host: how network and trace call it. */
  readonly party: string;
  readonly share: ModelDisk;
  readonly #pair: SimPair;
  #mount: ModelMount | undefined;
  #state: NodeState | undefined;
  process: SimProcess | undefined;
  node: MtNode | undefined;
  saveFails = false;
  /** A sync failed since the host was started last: nobody knows what the disk has of it. */
  syncFailed = false;
  isHostOff = false;
  #lives = 0;

  constructor(name: InstanceName, pair: SimPair) {
    this.name = name;
    this.#pair = pair;
    this.party = pair.party(name);
    this.share = new ModelDisk(pair.world.clock);
    this.share.syncMs = SYNC_MS;
  }

  /** Of its host; a host that is started anew keeps it here, since no process lives through that. */
  get bootId(): string {
    return `boot-${this.party}`;
  }

  get other(): SimInstance {
    return this.#pair.instance(otherOf(this.name));
  }

  /** The other instance's share, as it is mounted here. */
  get mount(): ModelMount {
    if (this.#mount === undefined) {
      this.#mount = new ModelMount(this.other.share, this.#pair.world.clock, `/mnt/${this.other.name}`);
      this.#mount.latencyMs = MOUNT_MS;
    }
    return this.#mount;
  }

  get isUp(): boolean {
    return this.process !== undefined && !this.process.isDead;
  }

  isServing(): boolean {
    return this.isUp && this.node?.isServing() === true;
  }

  /** Starts a process; nothing where one lives. */
  start(): void {
    if (this.isUp) return;
    const { world, node } = this.#pair;
    const { setting, timeline, network, zookeeper } = world;
    this.#restartHost();
    this.#lives += 1;
    const life = `${this.party}#${this.#lives}`;
    const random = new SeededRandom(setting.seed, life);
    const process = new SimProcess(life, world.newPid(), timeline, random);
    const { clock } = process;
    this.process = process;
    this.node = undefined;
    const disk = diskOf(process, this.share.attach());
    const session = createZooKeeperSession(
      { connectString: 'zk:2181', sessionTimeoutMs: setting.sessionTimeoutMs },
      {
        clock,
        random,
        openClient: openSimClient({
          process,
          network,
          server: zookeeper,
          ...(setting.selfFence ? {} : { saidAs: registeredAsVendor }),
        }),
      },
    );
    const ownListen = listenOn(network, process, this.party);
    const listen = setting.selfFence ? ownListen : answeringAsVendor(ownListen);
    const starting = createMtNode(
      {
        ...DEFAULT_OPTIONS,
        system: SYSTEM,
        node,
        instance: this.name,
        advertisedHost: this.party,
        t2Port: T2_PORT,
        f2Port: F2_PORT,
        driver: setting.driver,
        practice: true,
        serviceSessions: [SESSION],
        syncMode: setting.syncMode,
        lossBound: setting.lossBound,
        maxLossRecords: setting.maxLossRecords,
        snapshotRecords: 300,
        segmentBytes: 32 * 1024,
      },
      {
        clock,
        random,
        zookeeper: session,
        listenT2: listen,
        openF2: f2On(network, process, this.party),
        storage: {
          load: async () => this.#state,
          save: async (state) => {
            await process.running();
            if (this.process !== process || process.isDead) return new Promise(() => {});
            if (this.saveFails) throw systemError('EIO', 'fsync', 'state');
            this.#state = state;
          },
        },
        process: { bootId: this.bootId, pid: process.pid, startTime: String(process.pid) },
        data: { disk, mount: mountOf(process, this.mount), todb: null },
        log: logTo((level, text, fields) => this.#pair.heardNode(this, process, level, text, fields)),
      },
    );
    starting.then(
      (started) => {
        if (this.process === process) this.node = started;
      },
      (error: unknown) => {
        world.trace.say(`${this.party} cannot start: ${String(error)}`);
        this.kill();
      },
    );
  }

  /** Where the disk failed the host is restarted, as whoever looks after it does: what is read is what is on the disk. */
  #restartHost(): void {
    if (!this.syncFailed) return;
    this.share.crash(this.#pair.world.random);
    this.syncFailed = this.share.syncError !== undefined;
  }

  /** The process ends without a word; `isSilent`: its host too, with what was not on the disk. */
  kill(isSilent = false): void {
    const { process } = this;
    if (process === undefined || process.isDead) return;
    process.kill();
    if (isSilent) this.share.crash(this.#pair.world.random);
    else this.share.detach();
    this.#pair.world.network.processEnded(process, isSilent);
  }

  powerOff(): void {
    this.isHostOff = true;
    this.#pair.world.network.powerOff(this.party);
    this.kill(true);
    this.other.mount.hang();
  }

  powerOn(): void {
    if (!this.isHostOff) return;
    this.isHostOff = false;
    this.#pair.world.network.powerOn(this.party);
    this.other.mount.release();
  }

  /** Power is there, disk and mount work again. */
  heal(): void {
    this.powerOn();
    this.saveFails = false;
    this.share.writeError = undefined;
    this.share.syncError = undefined;
    this.share.syncMs = SYNC_MS;
    this.mount.latencyMs = MOUNT_MS;
    this.mount.remount();
    this.mount.release();
  }

  canStop(): boolean {
    return this.isUp && this.process?.hangs === false && this.node !== undefined;
  }

  /** Stops in order. */
  async stop(): Promise<void> {
    const { process, node } = this;
    if (!this.canStop() || process === undefined || node === undefined) return;
    const end = () => {
      if (this.process === process) this.kill();
    };
    // As the node's own process does it: an end in order that takes too long ends all the same.
    process.clock.setTimer(STOP_TIMEOUT_MS, end);
    await node.stop();
    end();
  }

  /** Asks the process itself, past network and time. */
  async ask(functionNumber: number, body: Record<string, unknown>): Promise<Reply | undefined> {
    const { node } = this;
    if (node === undefined || !this.isUp) return undefined;
    const request = { function: functionNumber, id: 1 };
    const answer = await node.answer({ ...body, ...request }, 't2');
    return answer === 'close' ? undefined : { ...answer, ...node.signature(), ...request };
  }

  /** Which of the keys it has not; undefined where it does not say. */
  async missing(keys: readonly string[]): Promise<string[] | undefined> {
    const found = new Set<string>();
    for (let from = 0; from < keys.length; from += MAX_READ_KEYS) {
      const asked = keys.slice(from, from + MAX_READ_KEYS);
      const reply = await this.ask(FUNCTIONS.practiceRead, { session_id: SESSION, keys: asked });
      if (reply?.error_no !== 0) return undefined;
      const { data, error } = safeParseOwn(readReplySchema, reply);
      if (data === undefined) throw error;
      for (const order of data.orders) found.add(order.key);
    }
    return keys.filter((key) => !found.has(key));
  }
}
