import type { Clock } from '#core/clock';
import { HostAccessError, type Hosts } from '#main/hosts';
import { type Message, message } from '#shared/domain';
import type { ProbeItem, SetupValues } from '#shared/setup';
import type { SetupDeps } from '../port.ts';

/** What a probe works with. After `signal` has aborted nothing that it finds is heard. */
export interface ProbeContext {
  values: SetupValues;
  deps: SetupDeps;
  hosts: Hosts;
  /** The session or token that heartbeats carry; undefined: none is known. */
  secret: string | undefined;
  signal: AbortSignal;
  found(item: ProbeItem): void;
}

/** What a look came to. */
export interface Look {
  result: ProbeItem['result'];
  reason: Message;
  remedy?: Message | null;
  evidence?: readonly string[];
}

export interface Subject {
  id: string;
  about: string;
  field: string | null;
}

const MAX_EVIDENCE = 20;
const MAX_LINE = 400;

/** Makes one look and tells what came of it, with its time. Never rejects: what goes wrong is a result. */
export async function looked(
  { deps, found, signal }: Pick<ProbeContext, 'deps' | 'found' | 'signal'>,
  subject: Subject,
  look: () => Promise<Look>,
): Promise<Look> {
  const began = deps.clock.monotonicMs();
  const { result, reason, remedy = null, evidence = [] } = await look().catch(lookOf);
  if (!signal.aborted) found(itemOf(deps.clock, began, subject, { result, reason, remedy, evidence }));
  return { result, reason, remedy, evidence };
}

function itemOf(clock: Clock, began: number, subject: Subject, look: Look): ProbeItem {
  return {
    ...subject,
    result: look.result,
    reason: look.reason,
    remedy: look.remedy ?? null,
    evidence: (look.evidence ?? []).slice(0, MAX_EVIDENCE).map((line) => line.slice(0, MAX_LINE)),
    tookMs: Math.round(clock.monotonicMs() - began),
    atMs: clock.wallMs(),
  };
}

function lookOf(error: unknown): Look {
  if (error instanceof HostAccessError)
    return {
      result: 'fail',
      reason: error.said,
      remedy: error.problem === 'unknown-key' ? message('setup.remedy.trustKey') : error.remedy,
      evidence: error.evidence,
    };
  const detail = error instanceof Error ? error.message : String(error);
  return { result: 'unknown', reason: message('check.broken', { detail: detail.slice(0, MAX_LINE) }) };
}
