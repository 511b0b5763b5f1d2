import type { Message } from '#shared/domain';
import type { Place } from '../errors.ts';
import type { FieldName } from './fields.ts';

/** Something that is wrong with a configuration file, or looks so. Errors keep a change from being made. */
export interface ConfigFinding {
  severity: 'error' | 'warning';
  field: FieldName | null;
  said: Message;
  place: Place | null;
}

/** Whether two findings are of the same thing, wherever it stands by now. */
export function isSameFinding(one: ConfigFinding, other: ConfigFinding): boolean {
  return one.field === other.field && one.said.key === other.said.key && one.severity === other.severity;
}
