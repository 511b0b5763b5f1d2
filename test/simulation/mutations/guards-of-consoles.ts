import type { Mutation } from './mutation.ts';

const AUTO = { driver: 'console', policy: 'auto', maxPerDay: 0, selfFence: true } as const;

/** Guards of the console: its lock, its evidence, its doubt of itself, its procedure, its policy. */
export const CONSOLE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'lock-check',
    what: 'every console of the queue takes itself for the leader',
    edits: [
      {
        file: 'src/main/coordination/lock.ts',
        snippet: 'this.#leading = place === 0;',
        replacement: 'this.#leading = true;',
      },
      {
        file: 'src/main/coordination/lock.ts',
        snippet: "{ holder: place === 0 ? 'this' : 'other', name };",
        replacement: "{ holder: 'this', name };",
      },
    ],
    bias: { setting: { ...AUTO, consoles: 3 }, kinds: ['process-crash', 'operator-promotes'] },
  },
  {
    name: 'proof-that-the-old-is-out',
    what: 'whoever is to be proved out counts as out',
    edits: [
      {
        file: 'src/main/failover/facts/proof.ts',
        snippet: '  const { name: instance, lastRegistration, registered } = old;\n',
        replacement:
          "  const { name: instance, lastRegistration, registered } = old;\n  if (instance !== '') return message('failover.proof.stopped', { instance });\n",
      },
    ],
    bias: { setting: AUTO, kinds: ['operator-promotes', 'process-hang'] },
  },
  {
    name: 'self-fence',
    what: 'every node counts as one that stops by itself',
    edits: [
      {
        file: 'src/main/failover/facts/proof.ts',
        snippet: '  return own(old) ?? (peer && own(peer)) ?? false;\n',
        replacement: '  return own(old) !== false || peer !== undefined;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, selfFence: false, hostCheck: 'none', fence: 'none', cooldownMs: 0 },
      kinds: ['process-hang', 'instance-isolated'],
    },
  },
  {
    name: 'tilt',
    what: 'a console that stood still goes on as if it had not',
    edits: [
      {
        file: 'src/main/failover/guards/tilt.ts',
        snippet: '  const monotonicMs = now.monotonicMs - last.monotonicMs;\n',
        replacement: '  if (tickMs > 0) return null;\n  const monotonicMs = now.monotonicMs - last.monotonicMs;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1, hostCheck: 'local', sessionTimeoutMs: 10_000, cooldownMs: 0 },
      kinds: ['console-hang', 'workstation-sleep', 'process-crash'],
    },
  },
  {
    name: 'second-evidence-class',
    what: 'a failover begins where connections are refused, before there is any proof',
    edits: [
      {
        file: 'src/main/failover/guards/blockers.ts',
        snippet: '    ...proofBlockers(facts),\n',
        replacement: '',
      },
      {
        file: 'src/main/failover/facts/evidence.ts',
        snippet: "  const unheard = network.says === 'gone' || network.says === 'silent';\n",
        replacement:
          "  if (network.says === 'gone') return { verdict: 'gone', reason: network.reason };\n  const unheard = network.says === 'silent';\n",
      },
    ],
    bias: { setting: { ...AUTO, cooldownMs: 0, hostCheck: 'none' }, kinds: ['firewall-rejects', 'connections-reset'] },
  },
  {
    name: 'idempotent-step',
    what: 'a step that is done again is done once more: the epoch is raised each time that the route is closed',
    edits: [
      {
        file: 'src/main/coordination/route.ts',
        snippet:
          '      if (found?.route.operationId === request.operationId) return { next: found.route, done: true };\n' +
          '      if ((found?.route.epoch ?? 0) !== request.expectedEpoch) return',
        replacement:
          '      const isOwn = found?.route.operationId === request.operationId;\n' +
          '      if (!isOwn && (found?.route.epoch ?? 0) !== request.expectedEpoch) return',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 3 },
      kinds: ['crash-after-close-route', 'crash-after-prove-old-out', 'crash-after-promote', 'zookeeper-answer-lost'],
    },
  },
  {
    name: 'cooldown',
    what: 'an automatic failover begins however soon after the last one',
    edits: [
      {
        file: 'src/main/failover/guards/guards.ts',
        snippet:
          "    ...(cooldownUntilMs === null ? [] : [message('blocker.cooldown', { untilAt: cooldownUntilMs })]),\n",
        replacement: '',
      },
    ],
    bias: {
      setting: { ...AUTO, hostCheck: 'local', cooldownMs: 600_000, sessionTimeoutMs: 4_000 },
      kinds: ['process-crash', 'process-restart'],
    },
  },
  {
    name: 'resume',
    what: 'nobody takes up a switchover that was left half done',
    edits: [
      {
        file: 'src/main/failover/machine.ts',
        snippet: '  return ownAndRecent ? undefined : record;\n',
        replacement: '  return ownAndRecent || now.monotonicMs >= 0 ? undefined : record;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 2 },
      kinds: ['crash-after-close-route', 'crash-after-promote', 'crash-after-complete'],
    },
  },
  {
    name: 'lock-before-each-effect',
    what: 'a console that stood still goes on with its switchover without asking whether the lock is still its own',
    edits: [
      {
        file: 'src/main/failover/procedure/step-tools.ts',
        snippet: '  const isHeld = run.ports.mayAct() && (await run.ports.confirmLock());\n',
        replacement: '  const isHeld = run.ports.clock.monotonicMs() >= 0;\n',
      },
      {
        file: 'src/main/failover/engine.ts',
        snippet: '      if (!mayAct()) throw',
        replacement: "      if (effect === '') throw",
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 2, sessionTimeoutMs: 4_000 },
      kinds: ['console-stands-still-at-step'],
    },
  },
  {
    name: 'that-very-process',
    what: 'a process that was found dead proves any later process of its instance out',
    edits: [
      {
        file: 'src/main/failover/facts/ledger.ts',
        snippet: '    host: sameProcess ? ledger.host : null,\n',
        replacement: '    host: ledger.host,\n',
      },
      {
        file: 'src/main/failover/facts/proof.ts',
        snippet: "  if (old.host?.says === 'gone' && old.host.incarnation === incarnation)\n    return message",
        replacement: "  if (old.host?.says === 'gone' && incarnation !== '')\n    return message",
      },
    ],
    bias: {
      setting: { ...AUTO, hostCheck: 'local', cooldownMs: 0, sessionTimeoutMs: 4_000 },
      kinds: ['process-restart', 'operator-promotes', 'process-hang', 'process-slow'],
    },
  },
  {
    name: 'clock-of-all-consoles',
    what: 'a console counts a cooldown by its own wall clock, whatever ZooKeeper and the others have',
    edits: [
      {
        file: 'src/main/coordination/shared-clock.ts',
        snippet:
          '    return estimate === undefined ? this.#clock.wallMs() : this.#clock.monotonicMs() + estimate.baseMs;\n',
        replacement: '    return this.#clock.wallMs() + 0 * (estimate?.baseMs ?? 0);\n',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 2, hostCheck: 'local', cooldownMs: 600_000, sessionTimeoutMs: 4_000 },
      kinds: ['process-crash', 'clock-jump'],
    },
  },
];
