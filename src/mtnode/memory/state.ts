import { z } from 'zod';

const epoch = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const MAX_INCARNATIONS = 8;

/** What an instance remembers beyond its own life. */
export const nodeStateSchema = z.object({
  version: z.literal(1),
  instance: z.string().min(1).max(64),
  /** The highest epoch seen anywhere; a wiped ZooKeeper continues above it. */
  highestEpoch: epoch,
  /** The token (decimal) of the last promotion by a console, and its epoch: at that epoch no lower one is obeyed. */
  promotedBy: z.object({ epoch, token: z.string().regex(/^\d{1,20}$/) }).nullable(),
  /** The epoch that this instance held last as the rightful primary; null where another took over since. */
  heldEpoch: epoch.nullable(),
  /** A claim written before it was tried: whether it came about, the route tells. */
  claiming: z.object({ epoch, incarnation: z.string().min(1).max(64) }).nullable(),
  /** Whom the route named last, as far as this instance has seen. */
  lastRoute: z.object({ instance: z.string().min(1).max(64), epoch }).nullable(),
  /** The data directory that the state goes with; null: it never kept data. */
  dataId: z.string().min(1).max(64).nullable().default(null),
  /** A promotion begun whose data is not all here yet: from whom it is to be read, and what loss was accepted. */
  takingOver: z
    .object({
      epoch,
      from: z.object({ instance: z.string().min(1).max(64), incarnation: z.string().min(1).max(64), epoch }).nullable(),
      acceptLoss: epoch,
    })
    .nullable()
    .default(null),
  /** This process and the ones before it, the latest first: what they left in ZooKeeper is this instance's own. */
  incarnations: z.array(z.string().min(1).max(64)).max(MAX_INCARNATIONS),
});
export type NodeState = z.infer<typeof nodeStateSchema>;

/** The state of an instance that was never started before. */
export function blankState(instance: string): NodeState {
  return {
    version: 1,
    instance,
    highestEpoch: 0,
    promotedBy: null,
    heldEpoch: null,
    claiming: null,
    lastRoute: null,
    dataId: null,
    takingOver: null,
    incarnations: [],
  };
}
