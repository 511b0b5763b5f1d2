import type { NodeState } from './state.ts';

/** What survives a restart. `save` returns only when the state would survive a power cut. */
export interface NodeStorage {
  /** The state last saved; undefined where there is none. Rejects where there is one that cannot be read. */
  load(): Promise<NodeState | undefined>;
  save(state: NodeState): Promise<void>;
}
