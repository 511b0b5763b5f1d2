import type { Preflight } from '#shared/contract';
import { ANY_LOSS } from '#shared/domain';

/** What the operator has typed: the pair's node name, and the loss that is accepted. */
export interface Typed {
  name: string;
  loss: string;
  /** Why it is asked for, where another operator has to approve. */
  reason: string;
}
export const NOTHING_TYPED: Typed = { name: '', loss: '', reason: '' };

/** Whether the node's name must be typed: always but for a planned switchover with nothing against it. */
export function needsConfirmation({ planned, choice, checks, loss }: Preflight): boolean {
  return !planned || choice || loss !== null || checks.some(({ result }) => result === 'fail' || result === 'unknown');
}

/**
 * Whether the typed words accept the loss that a preflight states: its number, however its digits are grouped, or
 * `phrase` where nobody can say how much it is.
 */
export function acceptsLoss({ loss }: Preflight, typed: string, phrase: string): boolean {
  if (loss === null) return true;
  if (loss.bound === null) return typed.trim().toLowerCase() === phrase.toLowerCase();
  return typed.replace(/[\s,.'’，]/g, '') === String(loss.bound);
}

/** What is sent of an accepted loss: absent where there is none to accept. */
export function acceptedLoss({ loss }: Preflight): { acceptedLoss?: number } {
  return loss === null ? {} : { acceptedLoss: loss.bound ?? ANY_LOSS };
}

/** Whether the button may be pressed: not refused, not expired, and confirmed and accepted where that is asked. */
export function mayPromote(
  preflight: Preflight,
  typed: Typed,
  { node, phrase, nowMs }: { node: string; phrase: string; nowMs: number },
): boolean {
  if (preflight.refusal !== null || nowMs >= preflight.expiresAtMs) return false;
  if (!acceptsLoss(preflight, typed.loss, phrase)) return false;
  return !needsConfirmation(preflight) || typed.name.trim() === node;
}

/** Whether another operator's approval may be asked for: everything confirmed, with a name and a reason to show. */
export function mayAsk(
  preflight: Preflight,
  typed: Typed,
  at: { node: string; phrase: string; nowMs: number; operator: string | null },
): boolean {
  return mayPromote(preflight, typed, at) && at.operator !== null && typed.reason.trim() !== '';
}
