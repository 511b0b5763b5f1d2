import type { Clock, Random } from '#core/clock';
import type { Log } from '#core/logging';
import type { ListenT2, OpenF2 } from '#core/transport';
import type { ZooKeeperSession } from '#core/zookeeper';
import type { DataPorts } from '#mtnode/data';
import type { NodeStorage } from '#mtnode/memory';
import type { ProcessIdentity } from '#shared/domain';

/** The world as the node sees it. The simulation hands in modelled ones. */
export interface MtNodePorts {
  clock: Clock;
  random: Random;
  /** A session of the node's own; the node closes it when it stops. */
  zookeeper: ZooKeeperSession;
  listenT2: ListenT2;
  openF2: OpenF2;
  /** Used by this process alone: whoever hands it in has made sure that no other process of the instance lives. */
  storage: NodeStorage;
  process: ProcessIdentity;
  /** Absent: the instance keeps no data, and its sessions in memory alone. */
  data?: DataPorts;
  log: Log;
}
