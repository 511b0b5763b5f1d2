import { z } from 'zod';
import { safeParse } from '#shared/reading';
import { askedBySchema } from './approval.ts';
import { COMMAND_PURPOSES, commandRunSchema } from './command.ts';
import { dataStatusSchema, dataSumsSchema, switchoverDataSchema } from './data.ts';
import { groundsSchema } from './evidence.ts';
import {
  instanceRoleSchema,
  instanceStatusSchema,
  phaseProgressSchema,
  processIdentitySchema,
  svrModeSchema,
} from './instance.ts';
import { messageSchema } from './message.ts';
import { MAX_CARRIED_FAILOVERS } from './policy.ts';

/**
 * What instances and consoles keep in ZooKeeper (DOMAIN "ZooKeeper layout"): JSON, at most {@link MAX_RECORD_BYTES},
 * read through these schemas only.
 */
export const MAX_RECORD_BYTES = 64 * 1024;

const name = z.string().min(1).max(64);
const port = z.number().int().min(1).max(65535);
const epoch = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const addressSchema = z.object({
  /** Who sees the instance under this address: `default`, or the name of a viewer beyond a NAT (F3). */
  viewer: z.string().min(1).max(64),
  host: z.string().min(1).max(255),
  /** t2 is TCP (F3). */
  t2Port: port,
  /** f2 is UDP (F3). */
  f2Port: port,
});
export type Address = z.infer<typeof addressSchema>;

/** `/instances/{instance}`, ephemeral. */
export const registrationSchema = z.object({
  version: z.literal(1),
  system: name,
  node: name,
  instance: name,
  addresses: z.array(addressSchema).min(1).max(16),
  process: processIdentitySchema,
  /** New at every start of the process. */
  incarnation: z.string().min(1).max(64),
  svrMode: svrModeSchema,
  role: instanceRoleSchema,
  status: instanceStatusSchema,
  phases: z.array(phaseProgressSchema).max(8),
  /** The highest epoch this instance has seen. */
  epoch,
  /** The epoch at which it stepped down: the proof that it no longer serves an earlier one. */
  steppedDownEpoch: epoch.nullable(),
  /** The last LSN on its disk; where it stepped down, that of the moment when it did. */
  lastLsn: z.number().int().min(0).nullable(),
  /** Where it stepped down: what its UFT held then, which is everything that it had acknowledged. Absent: it does not say. */
  steppedDownSums: dataSumsSchema.optional(),
  /** Absent where the instance keeps no data. */
  data: dataStatusSchema.optional(),
  /** What ZooKeeper granted its session: it is let go some time after its last word, this or half as much more at most. */
  sessionTimeoutMs: z.number().int().min(1).max(86_400_000).optional(),
  /** Whether it stops by itself when it loses its lease or sees a higher epoch (`selfFence`). */
  selfFence: z.boolean(),
  /** Why it is not serving or not ready, in its own words; null while all is well. */
  note: z.string().max(500).nullable(),
});
export type Registration = z.infer<typeof registrationSchema>;

export const driverSchema = z.enum(['node', 'console']);
/** `node`: the standby promotes itself (F8). `console`: it never does. */
export type Driver = z.infer<typeof driverSchema>;

/** `/route`, persistent: changed by compare-and-set alone. */
export const routeSchema = z.object({
  version: z.literal(1),
  instance: name,
  incarnation: z.string().min(1).max(64),
  epoch,
  state: z.enum(['open', 'closed']),
  driver: driverSchema,
  /** The czxid of the acting console's election node, decimal; null where a node changed the route. */
  token: z
    .string()
    .regex(/^\d{1,20}$/)
    .nullable(),
  operationId: z.string().min(1).max(64).nullable(),
  changedAtMs: z.number().min(0),
});
export type Route = z.infer<typeof routeSchema>;

/**
 * Whether the instance that the route names has let go of the route's epoch by itself, its disk or what is on it having
 * failed for one: by its own word it lives and serves nobody, and never again in this epoch.
 */
export function hasLetGo({ instance, role, steppedDownEpoch }: Registration, route: Route): boolean {
  if (instance !== route.instance || role === 'primary' || role === 'promoting') return false;
  return steppedDownEpoch !== null && steppedDownEpoch >= route.epoch;
}

/** The switchover procedure's steps, in order (DESIGN "The procedure"). */
export const SWITCHOVER_STEPS = [
  'detect',
  'lock',
  'close-route',
  'prove-old-out',
  'promote',
  'load',
  'complete',
  'verify',
  'open-route',
  'report',
] as const;
/**
 * Those of a planned switchover: before anything is touched the standby catches up (`drain`), and in the end the old
 * primary is the standby again (`restart-old`).
 */
export const PLANNED_STEPS = [
  'detect',
  'lock',
  'drain',
  'close-route',
  'prove-old-out',
  'promote',
  'load',
  'complete',
  'verify',
  'open-route',
  'report',
  'restart-old',
] as const;
export const stepNameSchema = z.enum(PLANNED_STEPS);
export type StepName = z.infer<typeof stepNameSchema>;

export const stepRecordSchema = z.object({
  name: stepNameSchema,
  /** `unknown`: whether it had its effect could not be learnt; whoever takes the switchover up asks again. */
  result: z.enum(['pending', 'running', 'ok', 'retried', 'failed', 'unknown', 'skipped']),
  /** Wall time at which the step began; null while pending. */
  startedAtMs: z.number().nullable(),
  tookMs: z.number().min(0).nullable(),
  /** What was found or went wrong: a catalogue key with its parameters; null where there is nothing to say. */
  detail: messageSchema.nullable(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

/** An automatic failover that was completed: the route is open again. */
export const completedFailoverSchema = z.object({ operationId: z.string().min(1).max(64), endedAtMs: z.number() });
export type CompletedFailover = z.infer<typeof completedFailoverSchema>;

/**
 * What of the business was looked at before the route was opened. `equal`: the new primary has what the old one said that
 * it had; `seen`: it is there, and there is no word of the old one to hold it against; `differs`, and `not-compared`: the
 * sentence says why.
 */
export const verifiedItemSchema = z.object({
  what: z.enum(['data', 'sessions', 'base-data']),
  result: z.enum(['equal', 'seen', 'differs', 'not-compared']),
  said: messageSchema,
});
export type VerifiedItem = z.infer<typeof verifiedItemSchema>;

/** `/switchover`, persistent: the switchover in progress, or the last one. */
export const switchoverRecordSchema = z.object({
  version: z.literal(1),
  operationId: z.string().min(1).max(64),
  trigger: z.enum(['operator', 'automatic', 'node']),
  from: name.nullable(),
  fromIncarnation: z.string().max(64).nullable(),
  to: name,
  epochBefore: epoch,
  epochAfter: epoch.nullable(),
  token: z.string().nullable(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** `unknown`: an outcome that could not be learnt yet; it is followed, never called failed. */
  outcome: z.enum(['running', 'done', 'failed', 'unknown']),
  steps: z.array(stepRecordSchema).max(PLANNED_STEPS.length),
  /** How many acknowledged records may be lost, as the operator, or the policy, accepted it. Absent: none. */
  acceptedLoss: z.number().int().min(0).optional(),
  /** What became of the data; absent where it is not known (yet), or the instances keep none. */
  data: switchoverDataSchema.optional(),
  /** What was known when it was begun. Absent: by a console that did not keep it. */
  grounds: groundsSchema.optional(),
  /** What was verified before the route was opened. Absent: not that far yet, or by a console that did not tell. */
  verified: z.array(verifiedItemSchema).max(8).optional(),
  /**
   * Automatic failovers completed before this one, oldest first: carried from record to record, so that one write tells
   * both that a failover is complete and that it counts. Absent: none.
   */
  earlier: z.array(completedFailoverSchema).max(MAX_CARRIED_FAILOVERS).optional(),
  /** The process of the old instance, as it was last registered. Absent: it was never seen, or by nobody. */
  fromProcess: processIdentitySchema.optional(),
  /** The process that is to be promoted, as it was registered before the route was closed. Absent: not that far yet. */
  target: z.object({ incarnation: z.string().max(64), process: processIdentitySchema }).optional(),
  /** What was run for the old instance: the latest run of each purpose. Absent: nothing was. */
  commands: z.array(commandRunSchema).max(COMMAND_PURPOSES.length).optional(),
  /** How many switchovers in a row had failed before this one. Absent: none. */
  failuresBefore: z.number().int().min(0).max(1_000_000).optional(),
  /** Who asked for it, and who approved. Absent: nobody gave a name, or nobody asked. */
  askedBy: askedBySchema.optional(),
});
export type SwitchoverRecord = z.infer<typeof switchoverRecordSchema>;

/** Whether the old primary was alive and well when it was begun, so that it steps down and comes back by itself. */
export function isPlanned({ steps }: Pick<SwitchoverRecord, 'steps'>): boolean {
  return steps.some(({ name }) => name === 'drain');
}

/** Where a pair's records live. `{system}` and `{node}` in the environment's template are filled in. */
export function pairPaths(template: string, system: string, node: string) {
  const base = template.replaceAll('{system}', () => system).replaceAll('{node}', () => node);
  return {
    base,
    instances: `${base}/instances`,
    instance: (instance: string) => `${base}/instances/${instance}`,
    route: `${base}/route`,
    policy: `${base}/policy`,
    switchover: `${base}/switchover`,
    sync: `${base}/sync`,
    consoles: `${base}/consoles`,
  };
}
export type PairPaths = ReturnType<typeof pairPaths>;
export const DEFAULT_PATH_TEMPLATE = '/kuantu/{system}/mt/{node}';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A record from ZooKeeper that did not parse: where, and what is wrong with it. */
export class RecordError extends Error {
  readonly path: string;
  constructor(path: string, detail: string) {
    super(`${path}: ${detail}`);
    this.name = 'RecordError';
    this.path = path;
  }
}

/** Parses a record's bytes through its schema. Throws {@link RecordError} with the path and the reason. */
export function parseRecord<T>(schema: z.ZodType<T>, path: string, bytes: Uint8Array): T {
  if (bytes.byteLength > MAX_RECORD_BYTES)
    throw new RecordError(path, `${bytes.byteLength} bytes, more than ${MAX_RECORD_BYTES}`);
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new RecordError(path, `not JSON in UTF-8 (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RecordError(
    path,
    issue ? `${issue.path.join('.') || '(whole)'}: ${issue.message}` : 'does not fit its schema',
  );
}

/** A record as {@link parseRecord} reads it, once it stands in UTF-8. */
export function recordText(record: unknown): string {
  return JSON.stringify(record);
}
