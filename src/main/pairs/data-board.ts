import type { DataFact, MachineState } from '#main/failover';
import { type DataPoint, MAX_DATA_POINTS, sameValue } from '#shared/contract';

type Ledger = MachineState['ledgers'][number];

/**
 * What the screen is shown of the instances' data: figures are taken over once a second, whatever else changes (health,
 * reasons, a takeover) at once, so that a pair under load says something new once a second and not with every reply.
 */
export class DataBoard {
  readonly #shown = new Map<string, DataFact | null>();
  /** What was looked at last: between two answers of an instance there is nothing to compare. */
  readonly #looked = new Map<string, DataFact | null>();
  #points: DataPoint[] = [];

  /** What is shown of an instance. */
  of(instance: string): DataFact | null {
    return this.#shown.get(instance) ?? null;
  }

  /** The latest minute or so, oldest first; the same list until there is another point. */
  trend(): DataPoint[] {
    return this.#points;
  }

  /** Takes over what may not wait for the next second. */
  take(state: MachineState): void {
    for (const { name, data } of state.ledgers) {
      if (this.#looked.get(name) === data) continue;
      this.#looked.set(name, data);
      if (!isShownTheSame(this.of(name), data)) this.#shown.set(name, data);
    }
  }

  /** Takes everything over, and a point for the trend; once a second. True where anything is new. */
  tick(state: MachineState, atMs: number): boolean {
    const keepsData = state.ledgers.some(({ data }) => data !== null);
    if (!keepsData && this.#shown.size === 0) return false;
    for (const { name, data } of state.ledgers) this.#shown.set(name, data);
    if (keepsData) this.#points = [...this.#points.slice(1 - MAX_DATA_POINTS), pointOf(state, atMs)];
    return true;
  }
}

/** Who is primary goes by the route; who is not heard has no position now. */
function pointOf({ facts }: MachineState, atMs: number): DataPoint {
  const { named, other } = facts;
  const heard = (one: typeof named) => (one?.assessment.verdict === 'alive' ? one.ledger : undefined);
  const [primary, standby] = [heard(named), heard(other)];
  return {
    atMs,
    primaryLsn: primary
      ? highest(lsnOf(primary, primary.data?.status.acknowledgedLsn ?? null), knownOf(standby))
      : null,
    standbyLsn: standby ? lsnOf(standby, standby.data?.status.lsn ?? null) : null,
    // The standby's own figure: two positions heard at different moments would differ by what was written between them.
    lagRecords: standby?.data?.status.lag?.records ?? null,
  };
}

/** What a standby that follows has heard its primary to have acknowledged, which may be later than what was heard here. */
function knownOf(standby: Ledger | undefined): number | null {
  const status = standby?.data?.status;
  return status?.sync.state === 'following' ? status.acknowledgedLsn : null;
}

function highest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The LSN heard last, by a beat or with the rest of the data. */
function lsnOf({ beatLsn, data }: Ledger, told: number | null): number | null {
  if (beatLsn && (told === null || !data || beatLsn.atMonotonicMs >= data.atMonotonicMs)) return beatLsn.lsn;
  return told;
}

/** Figures that change all the time are left out: what remains is worth showing at once. */
function isShownTheSame(was: DataFact | null, is: DataFact | null): boolean {
  if (was === null || is === null) return was === is;
  const [before, after] = [was.status, is.status];
  return (
    was.incarnation === is.incarnation &&
    before.mode === after.mode &&
    isLoaded(before) === isLoaded(after) &&
    isSameDatabase(before.todb, after.todb) &&
    sameValue(before.sync, after.sync) &&
    sameValue(before.takeover, after.takeover) &&
    sameValue(before.aside, after.aside)
  );
}

/** Null: there is nothing to load. */
function isLoaded({ load }: DataFact['status']): boolean | null {
  return load === null ? null : load.done >= load.total;
}

function isSameDatabase(was: DataFact['status']['todb'], is: DataFact['status']['todb']): boolean {
  if (was.state !== is.state || was.digest !== is.digest || was.matchesPeer !== is.matchesPeer) return false;
  return sameValue(was.reason, is.reason);
}
