import type { Severity } from '#shared/contract';
import type { Message } from '#shared/domain';
import type { Effect } from './machine.ts';

/** A line for the journal. */
export type Told = Extract<Effect, { kind: 'event' }>;

export function told(severity: Severity, text: Message, instance: string | null = null): Told {
  return { kind: 'event', severity, instance, message: text };
}
