import { z } from 'zod';

/** Status codes of 402999 and 1403040. Only 2 is a fact (F5); sites can map the others. */
export const STATUS_CODES = { notStarted: 0, serving: 1, loading: 2, failed: 3 } as const;
export const instanceStatusSchema = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;

/** What an instance says that it is. `starting`: not decided yet; `promoting`: 45184006 accepted, 402999 not done. */
export const instanceRoleSchema = z.enum(['starting', 'primary', 'standby', 'promoting', 'stopped']);
export type InstanceRole = z.infer<typeof instanceRoleSchema>;

/** The start-up's three phases (F5), in order. */
export const START_UP_PHASES = ['preload', 'front-adapters', 'base-data'] as const;
export const phaseNameSchema = z.enum(START_UP_PHASES);
export type PhaseName = z.infer<typeof phaseNameSchema>;
export const phaseProgressSchema = z.object({
  name: phaseNameSchema,
  state: z.enum(['pending', 'running', 'done', 'failed']),
  done: z.number().int().min(0),
  total: z.number().int().min(0),
});
export type PhaseProgress = z.infer<typeof phaseProgressSchema>;

/** F9: 0 = primary/standby pair, 1 = single server. */
export const svrModeSchema = z.union([z.literal(0), z.literal(1)]);
export type SvrMode = z.infer<typeof svrModeSchema>;

/** Who a process is: enough to know later whether that very process still lives. */
export const processIdentitySchema = z.object({
  /** The machine's boot id; another one means another boot, hence a dead process. */
  bootId: z.string().min(1).max(128),
  pid: z.number().int().positive(),
  /** The process's start time as the system counts it; opaque, compared for equality. */
  startTime: z.string().min(1).max(64),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** How a call to an instance ended (DOMAIN "Reply classes"). */
export type ReplyClass = 'ok' | 'switching' | 'empty' | 'refused' | 'timeout' | 'error';
export const REPLY_CLASSES: readonly ReplyClass[] = ['ok', 'switching', 'empty', 'refused', 'timeout', 'error'];
