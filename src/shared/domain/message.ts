import { z } from 'zod';

/** A sentence for a person, as a key of the i18n catalogues and its parameters: main never writes the words. */
export interface Message {
  key: string;
  params: Record<string, string | number>;
}

/** A message that comes from outside: out of ZooKeeper, or in a node's reply. */
export const messageSchema = z.object({
  key: z.string().max(128),
  params: z.record(z.string().max(64), z.union([z.string().max(1_024), z.number()])),
});

/** Makes a {@link Message}. */
export function message(key: string, params: Record<string, string | number> = {}): Message {
  return { key, params };
}
