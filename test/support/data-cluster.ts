import { expect } from 'vitest';
import type { DataStatus } from '#shared/domain';
import { readReplySchema, statusReplySchema } from '#shared/protocol';
import { ModelCluster, type ModelNode, PATHS, SESSION } from '#test/model-mt-cluster';

export const ORDER = { account: 'a1', instrument: '600000', side: 'buy', price: 10.5, quantity: 100 };

export const errorNo = (reply: unknown) => (reply as { error_no?: number }).error_no ?? reply;

/** A modelled pair that keeps data, and what a client and a console do to it. */
export class DataCluster extends ModelCluster {
  override keepsData = true;

  write(node: ModelNode, key: string, more: Record<string, unknown> = {}) {
    return this.callInTime(node, 990002, { session_id: SESSION, key, order: ORDER, ...more });
  }

  async status(node: ModelNode) {
    return statusReplySchema.parse(await this.call(node, 402999));
  }

  async data(node: ModelNode): Promise<DataStatus> {
    const { data: said } = await this.status(node);
    if (said === undefined) throw new Error('no data in the status');
    return said;
  }

  async timesOf(node: ModelNode, ...keys: string[]) {
    const { orders } = readReplySchema.parse(await this.call(node, 990003, { session_id: SESSION, keys }));
    return Object.fromEntries(orders.map((order) => [order.key, order.times]));
  }

  syncRecord() {
    return this.zookeeper.json(PATHS.sync);
  }

  /** A primary, B standby that follows; the record says so. */
  async following(options: Parameters<ModelCluster['start']>[1] = {}): Promise<[ModelNode, ModelNode]> {
    const found = await this.pair({ practice: true, ...options });
    expect((await this.data(found[1])).sync.state).toBe('following');
    expect(this.syncRecord()).toMatchObject({ standby: { instance: 'B' }, ceilingLsn: null });
    return found;
  }

  promote(node: ModelNode, epoch: number, more: Record<string, unknown> = {}) {
    return this.callInTime(node, 45184006, {
      ...{ epoch, token: '7', operation_id: 'op-1', incarnation: node.node.listening.incarnation },
      ...more,
    });
  }

  async complete(node: ModelNode, epoch: number): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      if (errorNo(await this.call(node, 402999, { epoch })) === 0) break;
      await this.clock.advance(20);
    }
    expect(node.node.isServing()).toBe(true);
    const route = { ...this.route(), state: 'open' };
    this.zookeeper.applyAll([{ op: 'set', path: PATHS.route, data: Buffer.from(JSON.stringify(route)) }], 0n);
  }

  async switchTo(node: ModelNode, more: Record<string, unknown> = {}): Promise<void> {
    const epoch = this.closeRouteFor(node);
    await this.clock.advance(100);
    expect(errorNo(await this.promote(node, epoch, more))).toBe(0);
    await this.complete(node, epoch);
  }

  /** Unmounts the standby's mount and lets the primary go on alone: its record has a ceiling then. */
  async leaveBehind(a: ModelNode, b: ModelNode): Promise<void> {
    this.mount(b.name).unmount();
    await this.clock.advance(1_000);
    expect(errorNo(await this.write(a, 'alone-1'))).toBe(0);
    expect(errorNo(await this.write(a, 'alone-2'))).toBe(0);
  }
}
