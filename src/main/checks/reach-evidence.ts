import { encodeFrame, FrameError, parseReply, T2Decoder } from '#core/frames';
import { type ExchangeResult, type Host, HostAccessError } from '#main/hosts';
import { FUNCTIONS, type InstanceConfig, type Message, message, type ServerAccess } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import type { ReachResult } from './port.ts';

export interface ReachEvidenceOptions {
  /** Rejects with HostAccessError. */
  open(access: ServerAccess, instanceHost: string): Promise<Host>;
}

const QUESTION = encodeFrame({ function: FUNCTIONS.systemInfo, id: 1 });

/**
 * Makes the look at an instance from the other one's server: 1403040 over t2, which changes nothing. That a port takes
 * connections is not enough to call who listens there alive, since the kernel takes them for a process that hangs.
 * `timeoutMs`: how long the connection and its answer may take. Never rejects.
 */
export function createReachEvidence({ open }: ReachEvidenceOptions) {
  return async (from: InstanceConfig, to: InstanceConfig, timeoutMs: number): Promise<ReachResult> => {
    const access = from.server?.access;
    if (!access) return nothing(message('check.notConfigured', { field: 'server.access' }));
    const { host, t2Port } = from.server?.peer ?? to;
    try {
      const there = await open(access, from.host);
      const result = await there.exchangeTcp({ host, port: t2Port, payload: QUESTION, timeoutMs, isWhole });
      return judge(from.name, result);
    } catch (error) {
      if (error instanceof HostAccessError) return nothing(error.said);
      throw error;
    }
  };
}

const nothing = (reason: Message): ReachResult => ({ says: 'nothing', reason, incarnation: null, serves: false });

function judge(peer: string, { kind, bytes, detail }: ExchangeResult): ReachResult {
  const quiet = (says: ReachResult['says'], key: string): ReachResult => ({
    ...nothing(message(`failover.reach.${key}`, { peer, detail })),
    says,
  });
  if (kind === 'refused') return quiet('gone', 'refused');
  if (kind === 'timeout') return quiet('silent', 'timeout');
  if (kind === 'unreachable') return quiet('silent', 'unreachable');
  if (kind === 'unsaid') return quiet('nothing', 'unsaid');
  if (bytes.length === 0) return quiet('gone', 'empty');
  const info = answerIn(bytes);
  if (!info) return quiet('nothing', 'notUnderstood');
  const serves = info.role === 'primary' && info.status === 1;
  const reason = message(serves ? 'failover.reach.serves' : 'failover.reach.answers', { peer });
  return { says: 'alive', reason, incarnation: info.incarnation, serves };
}

function isWhole(bytes: Buffer): boolean {
  const { frames, error } = new T2Decoder().push(bytes);
  return frames.length > 0 || error !== undefined;
}

function answerIn(bytes: Buffer) {
  const [frame] = new T2Decoder().push(bytes).frames;
  if (frame?.kind !== 'body') return undefined;
  try {
    return systemInfoReplySchema.safeParse(parseReply(frame.body)).data;
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}
