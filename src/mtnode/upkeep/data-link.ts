import type { ZooKeeperSession } from '#core/zookeeper';
import { type DataNode, DataPlane, type DataSetting, type OpenedData } from '#mtnode/data';
import { type Leadership, namesSelf } from '#mtnode/leadership';
import type { NodeState } from '#mtnode/memory';
import type { PeerLink } from '#mtnode/pair';
import type { MtNodeOptions, MtNodePorts, NodeContext } from '#mtnode/parts';
import { ZooKeeperSyncRecords } from '#mtnode/sync';
import { FUNCTIONS, parseRecord, RecordError, STATUS_CODES, syncRecordSchema } from '#shared/domain';
import { sentence } from '#shared/i18n';

/** Makes the data of an instance that keeps some. What it asks of the node goes to a {@link DataLink}, once it is there. */
export function createData(
  options: MtNodeOptions,
  ports: MtNodePorts,
  incarnation: string,
  syncPaths: ConstructorParameters<typeof ZooKeeperSyncRecords>[1],
  link: () => DataLink | undefined,
): DataPlane | undefined {
  if (ports.data === undefined) return undefined;
  const setting: DataSetting = {
    ...{ system: options.system, node: options.node, instance: options.instance, incarnation },
    ...{ mode: options.syncMode, lossBound: options.lossBound },
    ...{ mountTimeoutMs: options.mountTimeoutMs, diskTimeoutMs: options.diskTimeoutMs },
    confirmTimeoutMs: options.confirmTimeoutMs,
    ...{ segmentBytes: options.segmentBytes, snapshotRecords: options.snapshotRecords },
  };
  const node: DataNode = {
    clock: ports.clock,
    random: ports.random,
    log: ports.log,
    records: new ZooKeeperSyncRecords(ports.zookeeper, syncPaths),
    mayAcknowledge: (epoch) => link()?.mayAcknowledge(epoch) ?? false,
    routeVersion: () => link()?.routeVersion(),
    tellPeer: (functionNumber, body) => link()?.tellPeer(functionNumber, body),
    onChange: () => link()?.onChange(),
    onSealed: (seal) => link()?.onSealed(seal),
    onFailed: (error) => link()?.onFailed(error),
  };
  return new DataPlane(setting, ports.data, node);
}

/** Between the data, which knows nothing of leadership, and the node, which knows nothing of redo. */
export class DataLink {
  readonly #context: NodeContext;
  readonly #data: DataPlane;
  readonly #leadership: Leadership;
  readonly #peerLink: PeerLink;
  readonly #changed: () => void;

  constructor(context: NodeContext, data: DataPlane, leadership: Leadership, peerLink: PeerLink, changed: () => void) {
    this.#context = context;
    this.#data = data;
    this.#leadership = leadership;
    this.#peerLink = peerLink;
    this.#changed = changed;
  }

  /** Recovers the data, part of the preloading; what it says of epochs counts as seen. Rejects where it is damaged. */
  async open(): Promise<void> {
    const opened = await this.#data.open();
    const { memory } = this.#context;
    const patch = rememberedWith(opened, memory.state);
    if (patch !== undefined) await memory.update(patch);
  }

  /** Follows the record of the synchronisation; returns how to stop. */
  watch(zookeeper: ZooKeeperSession): () => void {
    const path = this.#context.paths.sync;
    return zookeeper.watchNode(path, (found) => {
      try {
        this.#data.recordSeen(found && parseRecord(syncRecordSchema, path, found.data));
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        this.#context.log.warn('the record of the synchronisation cannot be read', { error });
        this.#data.recordSeen(undefined);
      }
    });
  }

  /** Role, route or peers have changed: whom the data follows, and whom it counts on. */
  consider(): void {
    const { self, lastRoute, options, peers } = this.#context;
    const peer = peers.registered().find((each) => each.role !== 'stopped');
    this.#data.peerSeen(peer && { todbDigest: peer.data?.todb.digest ?? null });
    const route = lastRoute()?.route;
    const { followed } = this.#data;
    if (self.facts.role === 'standby') {
      if (route === undefined) this.#data.follow(null);
      else if (route.instance !== options.instance)
        this.#data.follow({
          ...{ instance: route.instance, incarnation: route.incarnation, epoch: route.epoch },
          isOpen: route.state === 'open',
        });
      // Named by the route itself, it goes on until it is promoted, with one that may have stepped down by now.
      else if (followed !== null) this.#data.follow({ ...followed, isOpen: false });
    }
    if (self.facts.heldEpoch !== undefined) this.#data.retry();
  }

  /** In a sentence, what is wrong with the data of an instance that serves nobody; undefined: nothing. */
  trouble(): string | undefined {
    const { role, status } = this.#context.self.facts;
    if (role !== 'standby' && role !== 'starting') return undefined;
    const { damage } = this.#data;
    if (damage !== undefined) return `its own redo or dat cannot be used: ${damage}`;
    const { sync } = this.#data;
    if (role !== 'standby' || status !== STATUS_CODES.loading || sync.state !== 'failed') return undefined;
    return sync.reason === null ? 'the synchronisation failed' : sentence('en', sync.reason);
  }

  /** In a sentence, what is wrong with the data of an instance that serves all the same; undefined: nothing. */
  minorTrouble(): string | undefined {
    const { datTrouble, sealTrouble } = this.#data;
    if (sealTrouble !== undefined)
      return `the mount is read but cannot be written: no promotion could seal it: ${sealTrouble}`;
    if (datTrouble !== undefined) return `no dat can be written, so that redo grows: ${datTrouble}`;
    const { reason } = this.#data.todb;
    return reason === null ? undefined : sentence('en', reason);
  }

  mayAcknowledge(epoch: number): boolean {
    const { self, guard } = this.#context;
    const { heldEpoch, role } = self.facts;
    if (heldEpoch !== epoch || role === 'stopped') return false;
    return (role === 'primary' ? guard.check() : guard.right()).basis !== 'none';
  }

  routeVersion(): number | undefined {
    const found = this.#context.lastRoute();
    return found !== undefined && namesSelf(this.#context, found.route) ? found.version : undefined;
  }

  tellPeer(functionNumber: number, body: Record<string, unknown>): void {
    const { peers, lastRoute } = this.#context;
    if (functionNumber === FUNCTIONS.practiceConfirm) {
      const primary = peers.get(lastRoute()?.route.instance ?? '');
      if (primary !== undefined) this.#peerLink.tell(primary.registration, functionNumber, body);
    } else {
      for (const { registration } of peers.all()) this.#peerLink.tell(registration, functionNumber, body);
    }
  }

  onChange(): void {
    this.#changed();
  }

  onSealed({ epoch, by }: { epoch: number; by: string }): void {
    const { log } = this.#context;
    log.warn('the own redo was sealed', { epoch, by });
    void this.#leadership.stepDown(epoch, `${by} sealed its redo for epoch ${epoch}`);
  }

  onFailed(error: unknown): void {
    this.#data.fail(error);
    const { heldEpoch } = this.#context.self.facts;
    if (heldEpoch !== undefined) void this.#leadership.stepDown(heldEpoch, 'its redo can no longer be written', true);
  }
}

/** What changes in the instance's memory by what its data says; undefined: nothing. */
export function rememberedWith(
  { dataId, lastEpoch, seal }: OpenedData,
  state: Readonly<NodeState>,
): Partial<NodeState> | undefined {
  const highestEpoch = Math.max(state.highestEpoch, lastEpoch, seal?.epoch ?? 0);
  const isOther = state.dataId !== null && state.dataId !== dataId;
  const isSealed = seal !== undefined && seal.epoch > (state.lastRoute?.epoch ?? 0);
  // A term begins in redo once everything before it is there: that promotion's data is here.
  const isHere = state.takingOver !== null && lastEpoch >= state.takingOver.epoch;
  if (highestEpoch === state.highestEpoch && dataId === state.dataId && !isSealed && !isHere) return undefined;
  return {
    highestEpoch,
    dataId,
    ...(isSealed ? { lastRoute: { instance: seal.by, epoch: seal.epoch } } : {}),
    // What it held is gone with the old directory: it must not serve from an empty one.
    ...(isOther ? { heldEpoch: null, claiming: null } : {}),
    ...(isOther || isHere ? { takingOver: null } : {}),
  };
}
