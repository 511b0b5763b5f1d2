import { z } from 'zod';

/** The wizard's steps, in order. The first seven ask, `verify` looks, `summary` shows what would be changed, `apply` does it. */
export const SETUP_STEPS = [
  'mode',
  'zookeeper',
  'servers',
  'node',
  'sync',
  'database',
  'policy',
  'verify',
  'summary',
  'apply',
] as const;
export const setupStepSchema = z.enum(SETUP_STEPS);
export type SetupStep = (typeof SETUP_STEPS)[number];

/** Steps at which something can be probed. */
export const PROBED_STEPS = ['zookeeper', 'servers', 'node', 'sync', 'database', 'verify'] as const;
export const probedStepSchema = z.enum(PROBED_STEPS);
export type ProbedStep = (typeof PROBED_STEPS)[number];

/** Whether anything is looked at live in this step. */
export function isProbed(step: SetupStep): step is ProbedStep {
  return (PROBED_STEPS as readonly string[]).includes(step);
}
