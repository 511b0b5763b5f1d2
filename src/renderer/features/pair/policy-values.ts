import {
  isTimeoutName,
  LIMIT_NAMES,
  type LimitName,
  POLICY_RANGES,
  type PolicyChange,
  type PolicySettings,
  type RequiredEvidence,
  TIMEOUT_NAMES,
  type TimeoutName,
} from '#shared/domain';

export type NumberName = TimeoutName | LimitName;
/** Every number of a policy, in the order in which they are shown. */
export const NUMBER_NAMES: readonly NumberName[] = [...LIMIT_NAMES, ...TIMEOUT_NAMES];

/** What the form holds: numbers as they are typed. */
export interface PolicyValues {
  numbers: Record<NumberName, string>;
  evidence: RequiredEvidence;
}

/** The number of that name in a policy. */
export function numberOf({ timeouts, ...limits }: PolicySettings, name: NumberName): number {
  return isTimeoutName(name) ? timeouts[name] : limits[name];
}

/** Settings as the form has them. */
export function valuesOf(settings: PolicySettings): PolicyValues {
  const numbers = Object.fromEntries(NUMBER_NAMES.map((name) => [name, String(numberOf(settings, name))]));
  return { numbers: numbers as Record<NumberName, string>, evidence: settings.evidence };
}

/** Whether what was typed may be the number of that name. */
export function isInRange(name: NumberName, typed: string): boolean {
  const { min, max } = POLICY_RANGES[name];
  const value = Number(typed);
  return typed.trim() !== '' && Number.isInteger(value) && value >= min && value <= max;
}

/** What differs from the policy in force; null: something typed is no number of the policy, or nothing differs. */
export function changeOf(settings: PolicySettings, { numbers, evidence }: PolicyValues): PolicyChange | null {
  if (!NUMBER_NAMES.every((name) => isInRange(name, numbers[name]))) return null;
  const differing = NUMBER_NAMES.filter((name) => Number(numbers[name]) !== numberOf(settings, name));
  const evidenceDiffers = evidence !== settings.evidence;
  if (differing.length === 0 && !evidenceDiffers) return null;
  const pick = (names: readonly NumberName[]) => Object.fromEntries(names.map((name) => [name, Number(numbers[name])]));
  return {
    ...pick(differing.filter((name) => !isTimeoutName(name))),
    timeouts: pick(differing.filter(isTimeoutName)),
    ...(evidenceDiffers ? { evidence } : {}),
  };
}
