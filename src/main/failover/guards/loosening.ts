import { isSameOperator, message, type PolicyChange, type PolicyRecord, withPolicyChange } from '#shared/domain';
import { looseningAt } from '../facts/in-force.ts';
import type { Doer } from './approval.ts';
import { SwitchoverRefused } from './refusal.ts';

/**
 * The policy as an operator changes it. That fewer operators be enough for a loss takes as many as are needed for one:
 * the first who asks for it is noted, and it becomes so when another asks for the same. Whoever asks for two again
 * withdraws that. Everything else of the change is in force at once. Throws {@link SwitchoverRefused} where it needs a
 * name and has none.
 */
export function withOperatorsChange(
  record: PolicyRecord,
  change: PolicyChange,
  by: Omit<Doer, 'operator'> & { operator: string | null },
): PolicyRecord {
  const { lossOperators, ...rest } = change;
  if (lossOperators === undefined || lossOperators >= record.lossOperators) {
    const loosening = lossOperators === undefined ? record.loosening : null;
    return { ...withPolicyChange(record, change), loosening };
  }
  const { operator, console, atMs } = by;
  if (operator === null) throw new SwitchoverRefused(message('loosening.refused.noName'));
  const asked = looseningAt(record, atMs);
  if (asked && !isSameOperator(asked.operator, operator))
    return { ...withPolicyChange(record, change), loosening: null };
  const untilMs = atMs + record.timeouts.approvalLifeMs;
  return { ...withPolicyChange(record, rest), loosening: asked ?? { operator, console, askedAtMs: atMs, untilMs } };
}
