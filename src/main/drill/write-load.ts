import type { Clock, Timer } from '#core/clock';
import type { CallOutcome } from '#main/nodes';
import { ERROR_NUMBERS, FUNCTIONS, type Order } from '#shared/domain';
import { OUTCOMES, type Outcome, Outcomes } from './outcomes.ts';

/** The client's way to whoever serves: undefined while there is none, and then nothing is sent. */
export type ClientCall = (
  functionNumber: number,
  body: Record<string, unknown>,
  timeoutMs: number,
) => Promise<CallOutcome> | undefined;

const PERIOD_MS = 4;
/** Whoever is told that the instance is switching over, or is a standby, tries now and then, and does not pour orders at it. */
const UNSERVED_PER_MS = 0.1;
/** A late timer does not make a burst: what was due longer ago is left out. */
const CATCH_UP_MS = 40;
const WRITE_TIMEOUT_MS = 3_000;
/**
 * So much of a second's writes, and so many in any case, are under way at once at most: where they are answered more
 * slowly than they are made, each would wait longer than the one before, and beats behind them, until all time out.
 */
const UNDER_WAY_S = 0.5;
const LEAST_UNDER_WAY = 500;
/** What every order says; only the key differs. */
const ORDER: Order = { account: 'drill', instrument: '600000', side: 'buy', price: 10.01, quantity: 100 };

/** Numbers that say for certain that nothing was written. Any other may mean that it was. */
const CERTAIN = new Set<number>([
  ERROR_NUMBERS.standby,
  ERROR_NUMBERS.switching,
  ERROR_NUMBERS.unknownSession,
  ERROR_NUMBERS.wrongState,
  ERROR_NUMBERS.malformedRequest,
  ERROR_NUMBERS.unknownFunction,
]);

/** What the writes have of the client. */
export interface WritingClient {
  clock: Clock;
  call: ClientCall;
  isServed: () => boolean;
  /** That any reply carried. */
  highestEpoch: () => number;
}

/**
 * The writes of one run: as many a second as asked for while the client is served, each under a key of its own, none ever
 * tried twice, none waited for unless very many are under way.
 */
export class WriteLoad {
  readonly outcomes: Outcomes;
  readonly #client: WritingClient;
  readonly #perMs: number;
  readonly #maxUnderWay: number;
  #timer: Timer | undefined;
  #lastMs: number;
  /** The first one comes at once: a run that is over before a slow rate's first second has written something too. */
  #due = 1;
  #underWay = 0;
  #settled: (() => void) | undefined;
  #staleAcks = 0;

  constructor(run: string, ratePerSecond: number, client: WritingClient) {
    this.outcomes = new Outcomes(run);
    this.#client = client;
    this.#perMs = ratePerSecond / 1_000;
    this.#maxUnderWay = Math.max(LEAST_UNDER_WAY, ratePerSecond * UNDER_WAY_S);
    this.#lastMs = client.clock.monotonicMs();
    this.#schedule();
  }

  /** Acknowledgements that carried an epoch lower than one the client had seen: of an instance that had been replaced. */
  get staleAcks(): number {
    return this.#staleAcks;
  }

  /** Writes nothing more; resolves once the last write has ended. */
  async end(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
  }

  #schedule(): void {
    this.#timer = this.#client.clock.setTimer(PERIOD_MS, () => {
      this.#schedule();
      this.#writeDue();
    });
  }

  #writeDue(): void {
    const nowMs = this.#client.clock.monotonicMs();
    const perMs = this.#client.isServed() ? this.#perMs : Math.min(this.#perMs, UNSERVED_PER_MS);
    this.#due += Math.min(nowMs - this.#lastMs, CATCH_UP_MS) * perMs;
    this.#lastMs = nowMs;
    for (; this.#due >= 1; this.#due -= 1) if (!this.#write()) break;
    // Nobody to write to, or too much under way: these were never made, and are not made up for.
    this.#due %= 1;
  }

  #write(): boolean {
    if (this.#underWay >= this.#maxUnderWay) return false;
    const body = { key: this.outcomes.nextKey(), order: ORDER };
    const call = this.#client.call(FUNCTIONS.practiceWrite, body, WRITE_TIMEOUT_MS);
    if (!call) return false;
    const index = this.outcomes.add();
    this.#underWay += 1;
    void call.then((outcome) => this.#ended(index, outcome));
    return true;
  }

  #ended(index: number, outcome: CallOutcome): void {
    const result = outcomeOf(outcome);
    this.outcomes.set(index, result);
    const epoch = outcome.reply?.epoch;
    if (result === OUTCOMES.acked && epoch !== undefined && epoch < this.#client.highestEpoch()) this.#staleAcks += 1;
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#settled?.();
  }
}

/**
 * Acknowledged; refused for certain (nobody listens, or the instance says that it does not write); everything else —
 * no answer, an empty one, one that says so — may or may not have been written.
 */
export function outcomeOf({ class: kind, errorNumber }: Pick<CallOutcome, 'class' | 'errorNumber'>): Outcome {
  if (kind === 'ok') return OUTCOMES.acked;
  if (kind === 'refused' || kind === 'switching') return OUTCOMES.rejected;
  return kind === 'error' && errorNumber !== null && CERTAIN.has(errorNumber) ? OUTCOMES.rejected : OUTCOMES.unknown;
}
