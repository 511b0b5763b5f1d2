import { expect, it } from 'vitest';
import type { Driver } from '#shared/domain';
import { ModelCluster, type ModelNode, PATHS } from '#test/model-mt-cluster';

/** A small generator that repeats itself from its seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Life {
  node: ModelNode;
  alive: boolean;
}

/** Two instances of a pair that are cut off, killed, stopped and started again, as the seed has it. */
class Trouble {
  readonly cluster = new ModelCluster();
  readonly #next: () => number;
  readonly #driver: Driver;
  readonly lives = new Map<string, Life>();
  #operation = 0;

  constructor(seed: number, driver: Driver) {
    this.#next = seeded(seed);
    this.#driver = driver;
  }

  async begin(): Promise<void> {
    for (const name of ['A', 'B']) await this.#start(name);
  }

  async #start(name: string): Promise<void> {
    this.lives.set(name, { node: await this.cluster.start(name, { driver: this.#driver }), alive: true });
  }

  serving(): string[] {
    return [...this.lives].filter(([, life]) => life.alive && life.node.node.isServing()).map(([name]) => name);
  }

  async strike(): Promise<void> {
    const name = this.#next() < 0.5 ? 'A' : 'B';
    const life = this.lives.get(name);
    if (life === undefined) return;
    const { zookeeper, deafPorts } = this.cluster;
    const faults: (() => unknown)[] = [
      () => life.alive && life.node.zookeeper.cutOff(),
      () => life.alive && life.node.zookeeper.heal(),
      () => life.alive && life.node.zookeeper.heal(),
      // Of a connected session, which hears of it at once: no lease can hold against a server that ends others early.
      () => life.alive && life.node.zookeeper.status().state === 'connected' && life.node.zookeeper.expire(),
      () => deafPorts.add(life.node.node.listening.f2Port),
      () => deafPorts.clear(),
      () => zookeeper.stop(),
      () => zookeeper.restart(),
      () => zookeeper.restart(),
      () => {
        if (life.alive) life.node.kill();
        life.alive = false;
      },
      () => (life.alive ? undefined : this.#start(name)),
      () => (life.alive ? undefined : this.#start(name)),
      () => life.alive && void this.promote(life.node),
    ];
    await faults[Math.floor(this.#next() * faults.length)]?.();
  }

  /** What a console does: route, proof that the old one is out, 45184006, 402999. It gives up after a while. */
  async promote(node: ModelNode): Promise<void> {
    const { cluster } = this;
    const route = cluster.route();
    if (!cluster.zookeeper.up || route === undefined || route.instance === node.name) return;
    const old = String(route.instance);
    const operationId = `op-${++this.#operation}`;
    const epoch = cluster.closeRouteFor(node, operationId);
    const isOut = () => {
      const found = cluster.zookeeper.json(PATHS.instance(old));
      if (found === undefined || Number(found.steppedDownEpoch ?? -1) >= epoch) return true;
      return found.incarnation !== route.incarnation && found.role !== 'primary' && found.role !== 'promoting';
    };
    const { incarnation } = node.node.listening;
    const step = async (tries: number): Promise<void> => {
      if (tries === 0) return;
      if (cluster.zookeeper.up && isOut()) {
        await cluster.call(node, 45184006, { epoch, token: '7', operation_id: operationId, incarnation });
        await cluster.call(node, 402999, { epoch });
      }
      cluster.clock.setTimer(200, () => void step(tries - 1));
    };
    await step(40);
  }

  async calm(): Promise<void> {
    this.cluster.deafPorts.clear();
    this.cluster.zookeeper.restart();
    for (const [name, life] of this.lives) {
      if (life.alive) life.node.zookeeper.heal();
      else await this.#start(name);
    }
    // A switchover that nobody finished is finished by whoever takes it up.
    await this.cluster.clock.advance(20_000);
    const named = this.lives.get(String(this.cluster.route()?.instance));
    if (this.serving().length === 0 && named) {
      const other = [...this.lives.values()].find((life) => life !== named);
      if (other) await this.promote(other.node);
    }
    await this.cluster.clock.advance(20_000);
  }
}

it.each<Driver>(['node', 'console'])(
  'whatever fails, never two serve, and in the end one does (driver %s)',
  async (driver) => {
    for (let seed = 1; seed <= 40; seed++) {
      const trouble = new Trouble(seed, driver);
      await trouble.begin();
      let highest = 0;
      for (let strike = 0; strike < 25; strike++) {
        await trouble.strike();
        for (let turn = 0; turn < 30; turn++) {
          await trouble.cluster.clock.advance(100);
          expect(trouble.serving().length, `seed ${seed}, strike ${strike}`).toBeLessThanOrEqual(1);
        }
        const epoch = Number(trouble.cluster.route()?.epoch ?? 0);
        expect(epoch, `seed ${seed}: epochs only rise`).toBeGreaterThanOrEqual(highest);
        highest = epoch;
      }
      await trouble.calm();
      expect(trouble.serving(), `seed ${seed}`).toHaveLength(1);
    }
  },
  60_000,
);
