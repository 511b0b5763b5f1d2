import { isTimeoutName, type LimitName, type TimeoutName } from '#shared/domain';
import type { Words } from './words.ts';

/** What a number of the policy is called where it is typed: with its unit, where that is milliseconds. */
export function policyLabel(t: Words['t'], name: LimitName | TimeoutName): string {
  const word = t(isTimeoutName(name) ? `screen.timeout.${name}` : `screen.limit.${name}`);
  return name.endsWith('Ms') ? t('screen.settings.inMs', { name: word }) : word;
}
