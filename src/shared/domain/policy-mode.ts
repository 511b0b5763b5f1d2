import { z } from 'zod';

/** What consoles may do by themselves: watch, propose, or fail over. */
export const policyModeSchema = z.enum(['observe', 'assist', 'auto']);
export type PolicyMode = z.infer<typeof policyModeSchema>;
