import type { Mutation } from './mutation.ts';

const AUTO = { driver: 'console', policy: 'auto', maxPerDay: 0, selfFence: true } as const;

/** Guards of the node: its lease, its promise, its seal, what it believes of a promotion, what it may lose. */
export const NODE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'epoch-check',
    what: 'an instance takes a promotion of any epoch, whatever it has seen and whatever the route says',
    edits: [
      {
        file: 'src/mtnode/leadership/promotion.ts',
        snippet: '  if (request.epoch < state.highestEpoch)\n',
        replacement: '  if (request.epoch < 0)\n',
      },
      {
        file: 'src/mtnode/leadership/leadership.ts',
        snippet: '    if (epoch < before.highestEpoch)\n',
        replacement: '    if (epoch < 0)\n',
      },
      {
        file: 'src/mtnode/leadership/promotion.ts',
        snippet: "  if (route === undefined) return refuse(ERROR_NUMBERS.wrongState, 'there is no route');\n",
        replacement:
          "  if (route === undefined) return refuse(ERROR_NUMBERS.wrongState, 'there is no route');\n  if (request.epoch > 0) return { kind: 'go' };\n",
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 2, sessionTimeoutMs: 4_000 },
      kinds: ['operator-promotes', 'promotion-comes-again'],
    },
  },
  {
    name: 'lease',
    what: 'a primary serves on when neither ZooKeeper nor its standby has given it the right to',
    edits: [
      {
        file: 'src/mtnode/right/lease.ts',
        snippet: '  if (facts.lapsed || (leaseLeftMs <= 0 && promiseLeftMs <= 0)) return',
        replacement: '  if (facts.now.monotonicMs < 0) return',
      },
    ],
    bias: { setting: AUTO, kinds: ['instance-isolated', 'process-hang'] },
  },
  {
    name: 'right-that-lapsed',
    what: 'a right that ran out comes back with the next session, before the route has been read again',
    edits: [
      {
        file: 'src/mtnode/right/lease.ts',
        snippet: '  if (facts.lapsed || (leaseLeftMs <= 0 && promiseLeftMs <= 0)) return',
        replacement: '  if (leaseLeftMs <= 0 && promiseLeftMs <= 0) return',
      },
      {
        file: 'src/mtnode/right/guard.ts',
        snippet: '    return generation === this.#trustedGeneration ? this.#zookeeper.lease() : undefined;\n',
        replacement: '    return generation >= 0 ? this.#zookeeper.lease() : undefined;\n',
      },
    ],
    bias: { setting: { ...AUTO, sessionTimeoutMs: 4_000 }, kinds: ['process-hang', 'instance-isolated'] },
  },
  {
    name: 'both-clocks',
    what: 'a right lasts by the monotonic clock alone, which stands still while the machine sleeps',
    edits: [
      {
        file: 'src/mtnode/right/lease.ts',
        snippet:
          '  return Math.max(0, Math.min(span.untilMonotonicMs - now.monotonicMs, span.untilWallMs - now.wallMs));\n',
        replacement: '  return Math.max(0, span.untilMonotonicMs - now.monotonicMs);\n',
      },
    ],
    bias: { setting: { ...AUTO, sessionTimeoutMs: 4_000 }, kinds: ['machine-sleeps'] },
  },
  {
    name: 'promise-of-a-former-life',
    what: 'a standby that has started anew takes a promotion although it may have promised to refuse it',
    edits: [
      {
        file: 'src/mtnode/right/promise.ts',
        snippet: '    this.#formerLifeUntilMs = startedAtMs + promiseMs;\n',
        replacement: '    this.#formerLifeUntilMs = promiseMs < 0 ? promiseMs : startedAtMs;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1, hostCheck: 'none', cooldownMs: 0, sessionTimeoutMs: 4_000 },
      kinds: ['promise-outlives-its-standby'],
    },
  },
  {
    name: 'self-promotion-asks',
    what: 'a standby that promotes itself neither asks the primary nor waits for what it has promised it',
    edits: [
      {
        file: 'src/mtnode/leadership/self-promotion.ts',
        snippet: "    if (verdict === 'ask' && (await this.#answersAsPrimary(primary))) return false;\n",
        replacement: '',
      },
      {
        file: 'src/mtnode/leadership/self-promotion.ts',
        snippet:
          '    const isFree = () => promises.bindingLeftMs(ports.clock.monotonicMs()) === 0 && !this.#leadership.claiming;\n',
        replacement:
          '    const isFree = () => promises.bindingLeftMs(ports.clock.monotonicMs()) >= 0 && !this.#leadership.claiming;\n',
      },
    ],
    bias: {
      setting: { driver: 'node', sessionTimeoutMs: 4_000 },
      kinds: ['partition-two-way', 'partition-one-way', 'instance-isolated'],
    },
  },
  {
    name: 'disk-that-hangs',
    what: 'a primary waits for its disk however long it leaves a write without an answer',
    edits: [
      {
        file: 'src/mtnode/data/plane.ts',
        snippet: '    if (waitMs < this.#setting.diskTimeoutMs) return;\n',
        replacement: '    if (waitMs >= 0) return;\n',
      },
    ],
    bias: { setting: { ...AUTO, writeEveryMs: 500 }, kinds: ['disk-hangs'] },
  },
  {
    name: 'force-to-disk',
    what: 'a write is acknowledged before it was forced to disk',
    edits: [
      {
        file: 'src/mtnode/redo/writer.ts',
        snippet: '    await this.#file.sync();\n    if (header)',
        replacement: '    if (header)',
      },
    ],
    bias: {
      setting: { ...AUTO, syncMode: 'async', maxLossRecords: 0, writeEveryMs: 200 },
      kinds: ['power-loss', 'mount-gone'],
    },
  },
  {
    name: 'promise',
    what: 'a standby that promised to refuse its promotion does not remember it',
    edits: [
      {
        file: 'src/mtnode/right/promise.ts',
        snippet: '    this.#untilMs = Math.max(this.#untilMs, nowMs + promiseMs);\n',
        replacement: '    if (promiseMs < 0) this.#untilMs = nowMs;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 2, sessionTimeoutMs: 4_000 },
      kinds: ['partition-two-way', 'partition-one-way', 'operator-promotes'],
    },
  },
  {
    name: 'seal',
    what: 'a primary acknowledges without a look for the seal of the one that was promoted',
    edits: [
      {
        file: 'src/mtnode/data/term.ts',
        snippet: 'if (seal !== undefined && isSealed(seal, this.epoch)) {',
        replacement: 'if (seal !== undefined && isSealed(seal, this.epoch) && durableLsn < 0) {',
      },
    ],
    bias: {
      setting: {
        ...AUTO,
        syncMode: 'async',
        maxLossRecords: 0,
        hostCheck: 'none',
        sessionTimeoutMs: 4_000,
        writeEveryMs: 500,
      },
      kinds: ['machine-halted'],
    },
  },
  {
    name: 'loss-bound',
    what: 'an instance is promoted however much of what was acknowledged it may lack',
    edits: [
      {
        file: 'src/mtnode/data/own-bound.ts',
        snippet: '(bound === null || bound > acceptLoss)) throw new LossRefused(bound, reason);',
        replacement: 'acceptLoss < 0) throw new LossRefused(bound, reason);',
      },
      {
        file: 'src/main/failover/facts/loss.ts',
        snippet: "  if (outlook.kind === 'bounded') return outlook.bound > acceptedRecords;\n",
        replacement: '  if (acceptedRecords >= 0) return false;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, syncMode: 'async', maxLossRecords: 0, hostCheck: 'local', writeEveryMs: 500 },
      kinds: ['mount-gone', 'process-crash', 'power-loss', 'datagram-loss'],
    },
  },
  {
    name: 'step-down',
    what: 'a primary goes on although the route names another',
    edits: [
      {
        file: 'src/mtnode/leadership/leadership.ts',
        snippet: '    } else if (!namesSelf(this.#context, route)) {\n',
        replacement: '    } else if (!namesSelf(this.#context, route) && route.epoch < 0) {\n',
      },
    ],
    bias: { setting: AUTO, kinds: ['process-hang', 'instance-isolated'] },
  },
  {
    name: 'wait-for-the-standby',
    what: 'a primary acknowledges what is on its own disk, whatever its standby has confirmed and the record allows',
    edits: [
      {
        file: 'src/mtnode/sync/loss-limit.ts',
        snippet: 'this.#granted = Math.max(this.#granted, Math.min(this.#marks.lsn, wished));',
        replacement: 'this.#granted = Math.max(this.#granted, this.#marks.lsn, Math.min(0, wished));',
      },
    ],
    bias: {
      setting: { ...AUTO, syncMode: 'sync', maxLossRecords: 0, sessionTimeoutMs: 4_000, writeEveryMs: 500 },
      kinds: ['mount-gone', 'mount-slow', 'power-loss', 'datagram-loss'],
    },
  },
  {
    name: 'cold-start',
    what: 'an instance that the route names claims it at its start, whether or not it holds that epoch',
    edits: [
      {
        file: 'src/mtnode/leadership/claim.ts',
        snippet: '  if (state.heldEpoch === route.epoch) return true;\n',
        replacement: '  if (state.highestEpoch >= 0) return true;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, writeEveryMs: 200 },
      kinds: ['crash-after-close-route', 'process-restart', 'process-crash', 'power-loss', 'mount-hang'],
      nights: true,
    },
  },
  {
    name: 'old-redo-before-going-on',
    what: 'a standby that took the route for itself, and was kept from going on, serves as if the route had been its own',
    edits: [
      {
        file: 'src/mtnode/leadership/take-over.ts',
        snippet: 'await memory.update({ claiming, ...this.#inheritance.begun(this.request(route)) });',
        replacement: 'await memory.update({ claiming });',
      },
      {
        file: 'src/mtnode/leadership/leadership.ts',
        snippet: '    if (data?.damage === undefined && this.takeOver.isMade(found?.route)) return true;\n',
        replacement: '',
      },
    ],
    bias: {
      setting: {
        ...{ driver: 'node', syncMode: 'async', maxLossRecords: 0, sessionTimeoutMs: 4_000, writeEveryMs: 100 },
      },
      kinds: ['orderly-stop', 'disk-cannot-save', 'mount-slow', 'mount-hang', 'process-restart'],
    },
  },
];
