import type { Severity } from '#shared/contract';
import type { Message } from '#shared/domain';

/** A line for the journal. */
export interface Told {
  kind: 'event';
  severity: Severity;
  instance: string | null;
  message: Message;
}

/** An event of a pair, or of one of its instances. */
export function told(severity: Severity, text: Message, instance: string | null = null): Told {
  return { kind: 'event', severity, instance, message: text };
}
