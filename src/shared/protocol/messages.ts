import { z } from 'zod';
import {
  dataStatusSchema,
  dataSumsSchema,
  driverSchema,
  instanceRoleSchema,
  instanceStatusSchema,
  messageSchema,
  orderSchema,
  phaseProgressSchema,
  svrModeSchema,
} from '#shared/domain';

/** Longest body of a t2 frame. */
export const MAX_FRAME_BYTES = 1024 * 1024;
/** Longest f2 datagram that is read. */
export const MAX_DATAGRAM_BYTES = 60 * 1024;

const epoch = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const text = (max: number) => z.string().max(max);

/** What every request has; the rest depends on the function and is checked by the function's own schema. */
export const requestSchema = z.looseObject({
  function: z.number().int().min(0).max(2_147_483_647),
  /** Chosen by the caller, returned in the reply. */
  id: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});
export type Request = z.infer<typeof requestSchema>;

/** 402000. One of the two is given (F10: `session_id` for O3, `user_token` for O45). */
export const heartbeatRequestSchema = z.object({
  session_id: text(256).optional(),
  user_token: text(1024).optional(),
});
/** 45184006. The node persists the highest epoch and token it saw and refuses lower ones. */
export const promoteRequestSchema = z.object({
  epoch,
  token: z.string().regex(/^\d{1,20}$/),
  operation_id: z.string().min(1).max(64),
  /** The incarnation that the caller means; another one refuses. */
  incarnation: z.string().min(1).max(64),
  /** How many acknowledged records may be missing after it; absent: none. */
  accept_loss: z.number().int().min(0).optional(),
});
/** Longest that an answer to 1403040 is put off. */
export const MAX_LOAD_WAIT_MS = 1_000;
/**
 * 1403040. While the instance loads for a promotion, its answer comes at the end of that, at the latest after so long;
 * absent: at once.
 */
export const systemInfoRequestSchema = z.object({
  wait_loaded_ms: z.number().int().min(0).max(MAX_LOAD_WAIT_MS).optional(),
  /** The answer tells in `sums_at` what UFT held at this LSN. */
  sums_at_lsn: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
/** 402999: completes the start-up of the given epoch; without one, only reports the status. */
export const completeStartupRequestSchema = z.object({ epoch: epoch.optional() });
/** 990001, practice only. */
export const loginRequestSchema = z.object({ system: z.enum(['O3', 'O45']), user: z.string().min(1).max(64) });

/** Who writes or reads: one of the two is given, as in a heartbeat. */
const client = { session_id: text(256).optional(), user_token: text(1024).optional() };
const orderKey = z.string().min(1).max(64);
const lsn = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const MAX_READ_KEYS = 1_000;

/** 990002, practice only. The key is the client's own; the node takes a second order of one key like any other. */
export const writeRequestSchema = z.object({ ...client, key: orderKey, order: orderSchema });
/** 990003, practice only. */
export const readRequestSchema = z.object({ ...client, keys: z.array(orderKey).min(1).max(MAX_READ_KEYS) });
/** 990004, practice only. */
export const digestRequestSchema = z.object(client);
/** The longest promise that is given, whatever is asked for: it keeps a standby from being promoted. */
export const MAX_PROMISE_MS = 60_000;
/** 990010, over f2: a primary asks its standby to refuse promotion for `promise_ms` from now on. */
export const promiseRequestSchema = z.object({
  instance: z.string().min(1).max(64),
  incarnation: z.string().min(1).max(64),
  epoch,
  promise_ms: z.number().int().min(1).max(MAX_PROMISE_MS),
});
export type PromiseRequest = z.infer<typeof promiseRequestSchema>;
/** What it answers beside error number 0. */
export const promiseGrantSchema = z.object({
  instance: z.string().min(1).max(64),
  promise_ms: z.number().int().min(1).max(MAX_PROMISE_MS),
});
/** How far a primary's redo is: in 990012, and in its answer to a hello. */
const redoPositionSchema = z.object({
  at_epoch: epoch,
  durable_lsn: lsn,
  acknowledged_lsn: lsn,
  /** The confirmation that it has taken note of last; a node that does not know the field says none. */
  confirmed: z.object({ data_id: z.string().min(1).max(64), lsn }).optional(),
});
export type RedoPosition = z.infer<typeof redoPositionSchema>;
/** 990011, over f2: who says hello. */
export const helloRequestSchema = z.object({
  instance: z.string().min(1).max(64),
  incarnation: z.string().min(1).max(64),
});
/** What 990011 answers beside error number 0: who answers, and what it does at this moment. */
export const helloReplySchema = z.object({
  instance: z.string(),
  incarnation: z.string(),
  role: z.string(),
  serving: z.boolean(),
  /** Whether it counts on a promise of its standby now, or one that it asked for may still come in. */
  promise_held: z.boolean(),
  /** A primary's that keeps data, to the standby that is registered. */
  redo: redoPositionSchema.optional(),
});
/** 990012, over f2. */
export const lookRequestSchema = redoPositionSchema.extend({
  instance: z.string().min(1).max(64),
  incarnation: z.string().min(1).max(64),
});
/** 990013, over f2. */
export const confirmRequestSchema = z.object({
  instance: z.string().min(1).max(64),
  incarnation: z.string().min(1).max(64),
  data_id: z.string().min(1).max(64),
  /** The primary's epoch that it follows. */
  at_epoch: epoch,
  lsn,
});

/** What every reply has. Error number 0 is success; the epoch is the answering instance's. */
export const replySchema = z.looseObject({
  function: z.number().int(),
  id: z.number().int(),
  error_no: z.number().int(),
  error_info: text(500).optional(),
  epoch: epoch.optional(),
  instance: z.string().min(1).max(64).optional(),
});
export type Reply = z.infer<typeof replySchema>;

/** 402999's and the status part of 1403040's answer. */
export const statusReplySchema = replySchema.extend({
  status: instanceStatusSchema,
  role: instanceRoleSchema,
  phases: z.array(phaseProgressSchema).max(8),
  epoch,
  note: text(500).nullable().optional(),
  data: dataStatusSchema.optional(),
});
export type StatusReply = z.infer<typeof statusReplySchema>;

const ageMs = z.number().int().min(0);
/**
 * What an instance says of the other one of its pair. Ages in milliseconds at the time of the answer: clocks differ.
 * Nothing of it proves that the other one is gone; that it was heard a moment ago is worth knowing.
 */
export const peerSightSchema = z.object({
  instance: z.string().min(1).max(64),
  incarnation: z.string().min(1).max(64),
  /** Since its last datagram. */
  heard_ms: ageMs,
  /** What that was: its hello or the answer to one, 990012, 990013, a request for a promise or the answer to one. */
  heard_by: z.enum(['hello', 'look', 'confirm', 'promise']),
  /** Since it last answered a question over f2; null: it has not. Its word alone may come through where none reaches it. */
  answered_ms: ageMs.nullable(),
  /** Since it last said that it serves; null: it has not, or has said otherwise since. */
  serving_ms: ageMs.nullable(),
  /** A standby that follows through the mount: since the marker was read well, and since new redo was read. */
  mount: z.object({ marker_ms: ageMs.nullable(), redo_ms: ageMs.nullable() }).nullable(),
});
export type PeerSightReply = z.infer<typeof peerSightSchema>;

/** 1403040's answer: `svr_mode` is a fact (F9), the rest ours. */
export const systemInfoReplySchema = statusReplySchema.extend({
  svr_mode: svrModeSchema,
  node: text(64),
  instance: text(64),
  incarnation: text(64),
  pid: z.number().int().positive(),
  driver: driverSchema,
  self_fence: z.boolean(),
  sessions: z.number().int().min(0),
  /** How long the instance may still serve without ZooKeeper's word; null where it serves not. */
  lease_left_ms: z.number().nullable(),
  /** How long the promise to refuse promotion still holds, on a standby; 0: none. */
  promise_left_ms: z.number().min(0),
  /** True while a primary serves on its standby's promise alone: ZooKeeper is away (P2). */
  on_promise: z.boolean(),
  /** Null: it has heard nothing of it yet. Absent: it does not say. */
  peer: peerSightSchema.nullable().optional(),
  /** Null: it was not there yet, or too much has come since. Absent: it was not asked, or does not say. */
  sums_at: dataSumsSchema.nullable().optional(),
});
export type SystemInfoReply = z.infer<typeof systemInfoReplySchema>;

export const loginReplySchema = replySchema.extend({
  session_id: text(256).optional(),
  user_token: text(1024).optional(),
});
export type LoginReply = z.infer<typeof loginReplySchema>;

/** 402000's answer, good or not, where the instance keeps data: a primary's acknowledged LSN, a standby's received one. */
export const beatLsnSchema = replySchema.extend({ lsn: lsn.optional() });

/** 45184006's refusal with {@link ERROR_NUMBERS.dataLoss}. */
export const lossRefusalSchema = replySchema.extend({
  /** At most so many acknowledged records would be missing; null: nobody can say. */
  loss_bound: z.number().int().min(0).nullable(),
  reason: messageSchema.nullable(),
});

export const writeReplySchema = replySchema.extend({ lsn });
export const readReplySchema = replySchema.extend({
  orders: z
    .array(
      z.object({
        key: orderKey,
        lsn,
        epoch,
        /** How many orders carry this key: more than one means that something was applied twice. */
        times: z.number().int().min(1),
      }),
    )
    .max(MAX_READ_KEYS),
});
export const digestReplySchema = replySchema.extend({
  orders: z.number().int().min(0),
  sessions: z.number().int().min(0),
  duplicated: z.number().int().min(0),
  last_lsn: lsn,
  /** Over every order in the order of their LSNs. */
  digest: text(64),
});
