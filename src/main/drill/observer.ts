import { z } from 'zod';
import type { Clock, Random } from '#core/clock';
import { createZooKeeperSession, type ZooKeeperSession } from '#core/zookeeper';
import { createT2Connector, type NodeConnector } from '#main/nodes';
import {
  type Environment,
  FUNCTIONS,
  type PairConfig,
  type PairPaths,
  pairPaths,
  parseRecord,
  type Registration,
  type Route,
  registrationSchema,
  routeSchema,
  type SwitchoverRecord,
  switchoverRecordSchema,
} from '#shared/domain';
import { type SystemInfoReply, systemInfoReplySchema } from '#shared/protocol';

const CALL_TIMEOUT_MS = 1_000;

/** What a standby must say of its data before a run is begun. */
export interface DataExpected {
  /** At most so many acknowledged records would be missing if it were promoted and could read nothing. */
  lossBound: number;
}

export interface PairPicture {
  route: Route | undefined;
  registrations: Registration[];
  switchover: SwitchoverRecord | undefined;
}

/** The pair as the drill itself sees it, beside console and client: its records in ZooKeeper, and what nodes say. */
export class PairObserver {
  readonly #pair: PairConfig;
  readonly #paths: PairPaths;
  readonly #session: ZooKeeperSession;
  readonly #connectors = new Map<string, NodeConnector>();
  readonly #expected: DataExpected;

  constructor(
    environment: Environment,
    pair: PairConfig,
    expected: DataExpected,
    deps: { clock: Clock; random: Random },
  ) {
    this.#pair = pair;
    this.#expected = expected;
    this.#paths = pairPaths(environment.pathTemplate, pair.system, pair.node);
    this.#session = createZooKeeperSession(environment.zookeeper, deps);
    const connect = createT2Connector({ clock: deps.clock });
    for (const { name, host, t2Port, f2Port } of pair.instances)
      this.#connectors.set(name, connect({ host, t2Port, f2Port }));
  }

  /** The time-out that ZooKeeper granted; undefined until connected. */
  get negotiatedTimeoutMs(): number | undefined {
    return this.#session.status().negotiatedTimeoutMs;
  }

  /** The pair's records. Rejects while ZooKeeper does not answer. */
  async read(): Promise<PairPicture> {
    const instances = this.#pair.instances.map(({ name }) => this.#get(registrationSchema, this.#paths.instance(name)));
    const [route, switchover, ...registrations] = await Promise.all([
      this.#get(routeSchema, this.#paths.route),
      this.#get(switchoverRecordSchema, this.#paths.switchover),
      ...instances,
    ]);
    return { route, switchover, registrations: registrations.filter((found) => found !== undefined) };
  }

  /** As `read`, but undefined while ZooKeeper does not answer. */
  async tryRead(): Promise<PairPicture | undefined> {
    try {
      return await this.read();
    } catch {
      return undefined;
    }
  }

  /**
   * What keeps the pair from being whole, in a few words; undefined when it is: the route open, both registered, the
   * primary serving, the standby loaded (status 2), bound by no promise, and with every write that it must have.
   */
  async missing(): Promise<string | undefined> {
    const picture = await this.tryRead();
    if (!picture) return 'ZooKeeper does not answer';
    const { route, registrations } = picture;
    if (route?.state !== 'open') return 'no open route';
    const primary = registrations.find(({ instance }) => instance === route.instance);
    const standby = registrations.find(({ instance }) => instance !== route.instance);
    if (!primary || !standby) return 'an instance is not registered';
    if (primary.role !== 'primary' || primary.status !== 1) return `${primary.instance}: ${selfSaid(primary)}`;
    if (standby.role !== 'standby' || standby.status !== 2) return `${standby.instance}: ${selfSaid(standby)}`;
    const [first, second] = await Promise.all([this.info(primary.instance), this.info(standby.instance)]);
    if (!first || !second) return 'an instance does not answer';
    if (first.on_promise) return `${primary.instance} serves on a promise`;
    if (second.promise_left_ms > 0) return `${standby.instance} has promised to refuse promotion`;
    return this.#dataMissing(second);
  }

  /** What an instance says of itself by 1403040; undefined where it says nothing. */
  async info(instance: string): Promise<SystemInfoReply | undefined> {
    const outcome = await this.#connectors.get(instance)?.call(FUNCTIONS.systemInfo, {}, CALL_TIMEOUT_MS);
    return systemInfoReplySchema.safeParse(outcome?.reply).data;
  }

  /** Every persistent node, but for ZooKeeper's own: its version and its data, as one text. */
  async persistentNodes(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const visit = async (path: string): Promise<void> => {
      const node = await this.#session.get(path);
      if (node === undefined || node.stat.ephemeralOwner !== 0n) return;
      found.set(path, `${node.stat.version} ${node.data.toString('base64')}`);
      for (const name of await this.#session.children(path)) await visit(path === '/' ? `/${name}` : `${path}/${name}`);
    };
    for (const name of await this.#session.children('/')) if (name !== 'zookeeper') await visit(`/${name}`);
    return found;
  }

  /** The consoles that queue for the pair's lock, with the token of each: who holds it first. */
  async consoleLocks(): Promise<{ name: string | null; token: string }[]> {
    const nodes = (await this.#session.children(this.#paths.consoles)).map((name) => `${this.#paths.consoles}/${name}`);
    const found = await Promise.all(nodes.map((path) => this.#session.get(path)));
    const locks = found.flatMap((node) => (node ? [{ name: consoleName(node.data), czxid: node.stat.czxid }] : []));
    locks.sort((a, b) => (a.czxid < b.czxid ? -1 : 1));
    return locks.map(({ name, czxid }) => ({ name, token: czxid.toString() }));
  }

  /** The sessions of the instances' registrations and of the consoles in the lock's queue, as their nodes name them. */
  async sessions(): Promise<bigint[]> {
    const { instances, consoles } = this.#paths;
    const names = await Promise.all([instances, consoles].map((path) => this.#session.children(path)));
    const paths = names.flatMap((found, index) => found.map((name) => `${index === 0 ? instances : consoles}/${name}`));
    const nodes = await Promise.all(paths.map((path) => this.#session.get(path)));
    return nodes.flatMap((node) => (node ? [node.stat.ephemeralOwner] : []));
  }

  async close(): Promise<void> {
    for (const connector of this.#connectors.values()) connector.close();
    await this.#session.close();
  }

  async #get<T>(schema: Parameters<typeof parseRecord<T>>[0], path: string): Promise<T | undefined> {
    const found = await this.#session.get(path);
    return found && parseRecord(schema, path, found.data);
  }

  #dataMissing({ instance, data }: SystemInfoReply): string | undefined {
    if (!data) return `${instance} says nothing of its data`;
    const { state, reason } = data.sync;
    if (state !== 'following') return `${instance} does not follow: ${state}${reason ? ` (${reason.key})` : ''}`;
    const { lossBound } = data;
    if (lossBound === null || lossBound > this.#expected.lossBound)
      return `${instance} could miss ${lossBound ?? 'who knows how many'} acknowledged writes`;
    return undefined;
  }
}

const lockSchema = z.object({ name: z.string() });

function consoleName(data: Buffer): string | null {
  try {
    return lockSchema.safeParse(JSON.parse(data.toString('utf8'))).data?.name ?? null;
  } catch {
    return null;
  }
}

function selfSaid({ role, status, note }: Registration): string {
  return `${role}, status ${status}${note === null ? '' : ` (${note})`}`;
}
