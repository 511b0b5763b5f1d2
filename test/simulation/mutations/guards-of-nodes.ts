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
