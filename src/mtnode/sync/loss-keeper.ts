import type { Clock, Timer } from '#core/clock';
import { ZooKeeperError } from '#core/zookeeper';
import type { DataHolder } from '#shared/domain';
import { LossLimit, type LossLimitOptions, type LossLimitStep, type LossLimitView } from './loss-limit.ts';
import type { SyncRecords } from './sync-records.ts';

export interface LossKeeperPorts {
  clock: Clock;
  records: SyncRecords;
  /** The version of the route while it names this primary's term; undefined otherwise, or where it is not known. */
  routeVersion: () => number | undefined;
  /** Called with every change of what may be acknowledged or of the state. */
  onChange: (view: LossLimitView) => void;
  /** What is no passing trouble with ZooKeeper. */
  onError: (error: unknown) => void;
}

/** Keeps `/sync` saying what a primary needs it to say, for one term, as {@link LossLimit} decides. */
export class LossKeeper {
  readonly #ports: LossKeeperPorts;
  readonly #limit: LossLimit;
  #view: LossLimitView;
  #timer: Timer | undefined;
  #isStopped = false;

  /** Begins at once. */
  constructor(options: LossLimitOptions, ports: LossKeeperPorts) {
    this.#ports = ports;
    this.#limit = new LossLimit(options);
    this.#view = this.#limit.look(ports.clock.monotonicMs());
    this.#turn();
  }

  get view(): LossLimitView {
    return this.#view;
  }

  /** Everything up to `lsn` is on the own disk. What may be acknowledged is settled when this returns. */
  durable(lsn: number): void {
    this.#limit.durable(lsn, this.#ports.clock.monotonicMs());
    this.#turn();
  }

  /** The standby confirmed. What may be acknowledged is settled when this returns. */
  confirmed(standby: DataHolder, lsn: number): void {
    this.#limit.confirmed(standby, lsn);
    this.#turn();
  }

  /** Whether a standby is registered in ZooKeeper. */
  registered(isRegistered: boolean): void {
    this.#limit.registered(isRegistered);
    this.#turn();
  }

  /** The route was changed, or ZooKeeper is back: what failed is tried again. */
  retry(): void {
    this.#turn();
  }

  /** The term is over: nothing more is allowed or changed. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #turn(): void {
    if (this.#isStopped) return;
    const { clock } = this.#ports;
    const step = this.#limit.next(clock.monotonicMs(), clock.wallMs());
    if (step !== undefined) void this.#take(step);
    const before = this.#view;
    this.#view = this.#limit.look(clock.monotonicMs());
    this.#timer?.cancel();
    const { wakeAtMs, acknowledgeableLsn, state } = this.#view;
    if (wakeAtMs !== undefined)
      this.#timer = clock.setTimer(wakeAtMs - clock.monotonicMs(), () => {
        this.#turn();
      });
    if (acknowledgeableLsn !== before.acknowledgeableLsn || state !== before.state) this.#ports.onChange(this.#view);
  }

  async #take(step: LossLimitStep): Promise<void> {
    const { clock, records, routeVersion, onError } = this.#ports;
    if (step.kind === 'read') {
      const outcome = await records.read().then(
        (value) => ({ value }),
        (error: unknown) => {
          if (!(error instanceof ZooKeeperError)) onError(error);
          return 'failed' as const;
        },
      );
      this.#limit.readEnded(outcome, clock.monotonicMs());
    } else {
      const version = routeVersion();
      const outcome =
        version === undefined
          ? ('none' as const)
          : await records.change(step.record, step.expectedVersion, version).catch((error: unknown) => {
              onError(error);
              return 'unknown' as const;
            });
      this.#limit.changeEnded(outcome, clock.monotonicMs());
    }
    this.#turn();
  }
}
