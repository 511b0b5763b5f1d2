import { z } from 'zod';
import { messageSchema } from '#shared/domain';
import type { ProbedStep } from './steps.ts';
import type { SetupValues } from './values.ts';

/** One way that data or heartbeats go, as it was tried from the place that uses it (F3). */
const chainLinkSchema = z.object({
  from: z.string().max(128),
  to: z.string().max(128),
  service: z.string().max(32),
  protocol: z.enum(['tcp', 'udp']),
  /** What is dialled. */
  target: z.string().max(300),
  /** Where a router leads it; null: nothing stands between. */
  arrives: z.string().max(300).nullable(),
  /** The part that fails; null: none, or it is not known which. */
  failsAt: z.enum(['way', 'server']).nullable(),
});
export type ChainLink = z.infer<typeof chainLinkSchema>;

/** One thing that was looked at, and what came of it. */
export const probeItemSchema = z.object({
  id: z.string().max(128),
  /** Whom it is about: an instance, a ZooKeeper server, or the pair. */
  about: z.string().max(300),
  /** The field that it speaks of; null: the step as a whole. */
  field: z.string().max(128).nullable(),
  result: z.enum(['pass', 'warn', 'fail', 'unknown']),
  reason: messageSchema,
  remedy: messageSchema.nullable(),
  evidence: z.array(z.string().max(1_024)).max(40),
  /** What is to be drawn. */
  chain: chainLinkSchema.optional(),
  tookMs: z.number().min(0),
  atMs: z.number(),
});
export type ProbeItem = z.infer<typeof probeItemSchema>;

/** The look at one step. `cancelled`: it was called off, and what it had found until then stays. */
export const probeRunSchema = z.object({
  state: z.enum(['running', 'done', 'cancelled']),
  /** What it rests on: other values make it stale, never untrue. */
  basis: z.string().max(40_000),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  items: z.array(probeItemSchema).max(200),
});
export type ProbeRun = z.infer<typeof probeRunSchema>;

/** What a step's probe rests on. Where it differs from a run's, the run is stale. */
export function probeBasis(step: ProbedStep, values: SetupValues): string {
  const { mode, zookeeper, servers, node, sharing, database } = values;
  switch (step) {
    case 'zookeeper':
      return JSON.stringify([zookeeper]);
    case 'servers':
      return JSON.stringify([mode, servers, zookeeper.connectString]);
    case 'node':
      return JSON.stringify([mode, zookeeper, servers, node]);
    case 'sync':
      return JSON.stringify([mode, servers, sharing]);
    case 'database':
      return JSON.stringify([mode, servers, database]);
    case 'verify':
      return JSON.stringify([mode, zookeeper, servers, node, sharing, database]);
  }
}

/** What a step's probe came to: the worst of its items. */
export function probeResult({ items }: Pick<ProbeRun, 'items'>): ProbeItem['result'] {
  for (const result of ['fail', 'unknown', 'warn'] as const)
    if (items.some((item) => item.result === result)) return result;
  return 'pass';
}
