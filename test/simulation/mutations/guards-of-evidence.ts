import type { Mutation } from './mutation.ts';

const AUTO = { driver: 'console', policy: 'auto', maxPerDay: 0, cooldownMs: 0, hostCheck: 'none' } as const;
const EVIDENCE = 'src/main/failover/facts/evidence.ts';

/** What a console makes of its evidence: who is gone, who only cannot be reached, who starts too often, whose word counts. */
export const EVIDENCE_MUTATIONS: readonly Mutation[] = [
  {
    name: 'asked-once-more',
    what: 'one lost beat, however long ago, and a session that has expired make an instance gone',
    edits: [
      {
        file: EVIDENCE,
        snippet:
          "    if (!asked && !stopped) return { verdict: 'silent', reason: message('failover.verdict.askedAgain') };\n",
        replacement: '',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1, sessionTimeoutMs: 4_000, beatIntervalMs: 5_000 },
      kinds: ['session-expiry', 'answer-lost', 'connections-reset'],
    },
  },
  {
    name: 'serves-on-promise',
    what: 'an instance that ZooKeeper let go is gone although the other one hears it serve',
    edits: [
      {
        file: EVIDENCE,
        snippet:
          "    if (serves && !stopped) return { verdict: 'silent', reason: message('failover.verdict.servesOnPromise') };\n",
        replacement: '',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1, sessionTimeoutMs: 4_000 },
      kinds: ['serves-on-promise'],
    },
  },
  {
    name: 'unknown-is-followed',
    what: 'a switchover whose outcome could not be learnt is left as it is',
    edits: [
      {
        file: 'src/main/failover/machine.ts',
        snippet: "  if (record.outcome !== 'running' && record.outcome !== 'unknown') return undefined;\n",
        replacement: "  if (record.outcome !== 'running') return undefined;\n",
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 2, sessionTimeoutMs: 4_000 },
      kinds: ['console-stands-still-at-step', 'operator-promotes', 'zookeeper-away'],
    },
  },
  {
    name: 'unreachable-for-so-long',
    what: 'a primary that cannot be reached is switched over without the wait that the policy sets',
    edits: [
      {
        file: 'src/main/failover/facts/unreachable.ts',
        snippet: '  if (unreachableMs < facts.settings.unreachableSwitchMs) return null;\n',
        replacement: '',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1, unreachableSwitchMs: 20_000 },
      kinds: ['firewall-rejects', 'partition-two-way'],
    },
  },
  {
    name: 'unreachable-from-here-alone',
    what: 'a primary that its standby reaches is switched over since this console does not reach it',
    edits: [
      {
        file: 'src/main/failover/facts/unreachable.ts',
        snippet:
          "  if (aim.from.assessment.peerReaches) return [message('blocker.unreachablePeerReaches', { instance, to })];\n",
        replacement: '',
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1, unreachableSwitchMs: 5_000 },
      kinds: ['partition-two-way', 'partition-one-way'],
    },
  },
  {
    name: 'crash-loop-count',
    what: 'a primary that has started once is taken for one that starts again and again',
    edits: [
      {
        file: 'src/main/failover/facts/crash-loop.ts',
        snippet: '  return starts < limit ? null : { instance, starts, windowMs };\n',
        replacement: '  return starts < Math.min(1, limit) ? null : { instance, starts, windowMs };\n',
      },
    ],
    bias: {
      setting: { ...AUTO, crashLoopStarts: 3, unreachableSwitchMs: 0 },
      kinds: ['process-restart', 'console-stop'],
    },
  },
  {
    name: 'word-against-life',
    what: "an operator's word that an instance is off counts although it answers",
    edits: [
      {
        file: 'src/main/failover/facts/attestation.ts',
        snippet: "  if (assessment.verdict === 'alive') return message('attest.refusal.answers', { instance });\n",
        replacement: "  if (assessment.verdict !== '') return null;\n",
      },
    ],
    bias: {
      setting: { ...AUTO, consoles: 1 },
      kinds: ['operator-attests', 'operator-promotes', 'partition-two-way', 'message-delay'],
    },
  },
];
