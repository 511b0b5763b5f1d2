import type { Mutation } from './mutation.ts';

const AUTO = {
  driver: 'console',
  policy: 'auto',
  maxPerDay: 0,
  cooldownMs: 0,
  hostCheck: 'local',
  selfFence: true,
} as const;
const GUARDS = 'src/main/failover/guards/guards.ts';

/** What operators have set against acting: mode, maintenance, cap, a second operator, a hook, several pairs at once. */
export const OPERATOR_MUTATIONS: readonly Mutation[] = [
  {
    name: 'mode',
    what: 'a console switches over by itself whatever mode the policy is in',
    edits: [
      {
        file: 'src/main/failover/guards/blockers.ts',
        snippet: "  else if (facts.mode !== 'auto') found.push(modeBlocker(facts));\n",
        replacement: '',
      },
    ],
    bias: {
      setting: { ...AUTO, policy: 'assist' },
      kinds: ['process-crash', 'operator-changes-policy'],
    },
  },
  {
    name: 'maintenance',
    what: 'a console switches over by itself in the midst of a maintenance',
    edits: [{ file: GUARDS, snippet: '    ...maintenanceBlocker(facts),\n', replacement: '' }],
    bias: { setting: AUTO, kinds: ['process-crash', 'operator-begins-maintenance'] },
  },
  {
    name: 'daily-cap',
    what: 'a console switches over by itself however often it has done so today',
    edits: [
      {
        file: GUARDS,
        snippet:
          "    ...(capUntilMs === null ? [] : [message('blocker.dailyCap', { done: recent.length, max, untilAt: capUntilMs })]),\n",
        replacement: '',
      },
    ],
    bias: { setting: { ...AUTO, maxPerDay: 1, sessionTimeoutMs: 4_000 }, kinds: ['process-crash'] },
  },
  {
    name: 'several-pairs-at-once',
    what: 'a console fails over although other pairs of its came into trouble at the same time',
    edits: [{ file: GUARDS, snippet: '    ...commonCauseBlockers(facts),\n', replacement: '' }],
    bias: {
      setting: { ...AUTO, hostCheck: 'none', sessionTimeoutMs: 4_000, pairs: 2, breakerPairs: 2 },
      kinds: ['switch-fails', 'process-crash'],
    },
  },
  {
    name: 'one-pair-at-a-time',
    what: 'a console switches over several pairs that came into trouble together beside each other',
    edits: [
      {
        file: GUARDS,
        snippet:
          "  return actingElsewhere === null ? [] : [message('blocker.oneAtATime', { pair: actingElsewhere })];\n",
        replacement: '  return actingElsewhere === null ? [] : [];\n',
      },
    ],
    bias: {
      setting: { ...AUTO, hostCheck: 'local', cooldownMs: 0, pairs: 2, breakerPairs: 2 },
      kinds: ['primaries-crash-together'],
    },
  },
  {
    name: 'second-operator',
    what: 'one operator is enough for a loss where the policy wants two',
    edits: [
      {
        file: 'src/main/failover/guards/approval.ts',
        snippet: '  return settings.lossOperators > 1 && acceptedLoss > 0;\n',
        replacement: '  return settings.lossOperators > 1 && acceptedLoss < 0;\n',
      },
    ],
    bias: { setting: { ...AUTO, lossOperators: 2 }, kinds: ['operator-accepts-loss'] },
  },
  {
    name: 'approval-serves-once',
    what: 'what a second operator approved once is carried out as often as somebody asks',
    edits: [
      {
        file: 'src/main/failover/facts/in-force.ts',
        snippet: '  return approval && approval.used === null && wallMs < approval.untilMs ? approval : null;\n',
        replacement: '  return approval && wallMs < approval.untilMs ? approval : null;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, lossOperators: 2 },
      kinds: ['operators-approve', 'operator-carries-out', 'process-hang'],
    },
  },
  {
    name: 'approval-of-that-moment',
    what: 'what was approved at an earlier epoch is carried out at a later one',
    edits: [
      {
        file: 'src/main/failover/guards/approval.ts',
        snippet: "  if (found !== epoch) return message('approval.stale.epoch', { epoch, found });\n",
        replacement: '  if (found !== epoch) return null;\n',
      },
    ],
    bias: {
      setting: { ...AUTO, lossOperators: 2 },
      kinds: ['operators-approve', 'operator-carries-out', 'operator-promotes'],
    },
  },
  {
    name: 'required-hook',
    what: 'any proof takes the place of a required fence hook',
    edits: [
      {
        file: 'src/main/failover/procedure/prove-old-out.ts',
        snippet: '(this.hookRequired() ? null : this.other());',
        replacement: 'this.other();',
      },
    ],
    bias: { setting: { ...AUTO, fence: 'required' }, kinds: ['operator-promotes', 'process-crash'] },
  },
];
