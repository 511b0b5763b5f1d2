import { type DataSums, type InstanceRole, type InstanceStatus, STATUS_CODES } from '#shared/domain';

/** What the instance is at this moment, and what it says of itself. */
export interface SelfFacts {
  role: InstanceRole;
  status: InstanceStatus;
  /** Why it is not serving or not ready, in its own words. */
  note: string | null;
  /** The epoch it holds: from claiming the route or accepting a promotion to stepping down. */
  heldEpoch: number | undefined;
  steppedDownEpoch: number | null;
  /** The last LSN that it had written when it stepped down; null: it did not, or keeps no data. */
  steppedDownLsn: number | null;
  /** What its UFT held then: everything that it had acknowledged. */
  steppedDownSums: DataSums | null;
  /** It has served, or was about to, and is on its way back to standby: its clients get nothing (F12). */
  steppingDown: boolean;
}

/** The one place that holds {@link SelfFacts}; whoever is concerned hears of every change. */
export class Self {
  #facts: SelfFacts = {
    role: 'starting',
    status: STATUS_CODES.notStarted,
    note: null,
    heldEpoch: undefined,
    steppedDownEpoch: null,
    steppedDownLsn: null,
    steppedDownSums: null,
    steppingDown: false,
  };
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get facts(): Readonly<SelfFacts> {
    return this.#facts;
  }

  /** Changes what is so. A stopped instance stays stopped, whatever was still under way. */
  change(patch: Partial<SelfFacts>): void {
    if (this.#facts.role === 'stopped') return;
    this.#facts = { ...this.#facts, ...patch };
    this.#onChange();
  }
}

/** What becomes of a beat, before its session is looked at (F11–F13). */
export type BeatDisposition = 'serve' | 'switching' | 'standby' | 'close';

/**
 * `serve`: 0 if the session is known. `switching`: loading on the way to primary (F13). `standby`: it is one. `close`: it
 * serves no more, because it stopped, stepped down or lost its right; the connection ends without a reply (F12).
 */
export function beatDisposition(facts: Readonly<SelfFacts>, mayServe: boolean): BeatDisposition {
  if (facts.role === 'stopped' || facts.steppingDown) return 'close';
  if (facts.role === 'primary') return mayServe ? 'serve' : 'close';
  const loading = facts.role === 'promoting' || facts.heldEpoch !== undefined;
  return loading ? 'switching' : 'standby';
}
