import { z } from 'zod';

/** The election nodes of a pair's console lock: their order, and what each says of its console. */

const MAX_NAME_LENGTH = 64;
const MAX_BYTES = 1_024;

const ticketSchema = z.object({
  name: z.string().min(1).nullable().catch(null).default(null),
  /** True while its console could not act if it held the lock. */
  unable: z.boolean().catch(false).default(false),
});
/** What a console writes into its election node. */
export type Ticket = z.infer<typeof ticketSchema>;

/** What a console writes into its node of the lock's queue. */
export function ticketBytes({ name, unable }: Ticket): Buffer {
  return Buffer.from(JSON.stringify({ name: nameInQueue(name) ?? undefined, ...(unable ? { unable } : {}) }));
}

/** A console's name as the others read it; null: it has none. */
export function nameInQueue(name: string | null): string | null {
  return name?.slice(0, MAX_NAME_LENGTH) || null;
}

/** Not JSON, or too long: somebody else's node. It holds its place in the queue all the same, without a name. */
export function readTicket(data: Buffer): Ticket {
  const stranger: Ticket = { name: null, unable: true };
  if (data.byteLength > MAX_BYTES) return stranger;
  try {
    const { name, unable } = ticketSchema.parse(JSON.parse(data.toString('utf8')));
    return { name: name?.slice(0, MAX_NAME_LENGTH) ?? null, unable };
  } catch {
    return stranger;
  }
}

/** The names that are election nodes, the leader first. */
export function inOrder(names: readonly string[]): string[] {
  return names.filter((name) => suffixOf(name) !== undefined).sort(bySuffix);
}

function suffixOf(name: string): number | undefined {
  const digits = /-n_(-?\d{10,11})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function bySuffix(a: string, b: string): number {
  return (suffixOf(a) ?? 0) - (suffixOf(b) ?? 0);
}
