import { type Clock, type Random, withDeadline } from '#core/clock';
import {
  approvedNow,
  askedByOf,
  type FailoverEngine,
  lossRefusal,
  needsLook,
  needsSecondOperator,
  newApproval,
  type PreflightReport,
  preflightOf,
  SwitchoverRefused,
  staleApproval,
  withApprovalAsked,
  withApprovalDecided,
  withApprovalUsed,
} from '#main/failover';
import type { DryRun, Preflight } from '#shared/contract';
import { type AskedBy, message, type PolicyRecord } from '#shared/domain';
import type { ApprovalAsked, ApprovalDecision, PromoteRequest } from './port.ts';
import { Tickets } from './tickets.ts';

export interface PromotionDeps {
  pairKey: string;
  /** The pair's node name, as it has to be typed. */
  node: string;
  consoleName: string;
  engine: Pick<FailoverEngine, 'state' | 'begin'>;
  changePolicy(operator: string, change: (record: PolicyRecord) => PolicyRecord): Promise<void>;
  /** Resolves once the servers were looked at and the engine knows what was found. */
  lookAtServers(): Promise<unknown>;
  clock: Clock;
  /** Wall time that all consoles count by. */
  sharedWallMs(): number;
  random: Random;
  /** Outages of this pair's switchovers up to now. */
  earlierOutagesMs(): readonly number[];
}

/** The promotions that operators ask for: shown, asked for, approved where the policy wants it, begun. */
export class Promotions {
  readonly #deps: PromotionDeps;
  readonly #tickets: Tickets;

  constructor(deps: PromotionDeps) {
    this.#deps = deps;
    this.#tickets = new Tickets(deps.clock, deps.random, () => this.#facts.timeouts.ticketLifeMs);
  }

  dryRun(to: string): DryRun {
    const { needsConfirmation: _asked, ...report } = preflightOf(this.#facts, to);
    // How long a choice between two takes is up to the one that goes: what switchovers took says nothing of it.
    const expectedOutageMs = report.choice ? null : median(this.#deps.earlierOutagesMs());
    return { pairKey: this.#deps.pairKey, ...report, expectedOutageMs };
  }

  async preflight(to: string): Promise<Preflight> {
    await this.#lookAgain(to);
    return { ...this.dryRun(to), ...this.#tickets.issue(to) };
  }

  async promote(request: PromoteRequest): Promise<{ operationId: string }> {
    const { to, acceptedLoss = 0, operator } = request;
    this.#shown(request);
    this.#allowed(to, acceptedLoss);
    await this.#lookAgain(to);
    const report = this.#confirmed(request, acceptedLoss);
    if (needsSecondOperator(this.#facts, acceptedLoss))
      throw new SwitchoverRefused(message('approval.refused.needed', { instance: to }));
    this.#tickets.spend();
    return this.#begin(report, acceptedLoss, operator ? { operator, approver: null, reason: null } : undefined);
  }

  async askApproval(request: ApprovalAsked): Promise<{ id: string }> {
    const { to, acceptedLoss, reason, operator } = request;
    this.#confirmed(request, acceptedLoss);
    this.#tickets.spend();
    const id = this.#deps.random.uuid();
    const asked = newApproval(this.#facts, { id, to, acceptedLoss, reason }, this.#doer(operator));
    await this.#deps.changePolicy(operator, (record) => withApprovalAsked(record, this.#facts, asked));
    return { id };
  }

  async decideApproval({ id, operator, approves, confirmation }: ApprovalDecision): Promise<void> {
    if (approves) {
      this.#mustBeNode(confirmation);
      const { approval } = this.#facts;
      const stale = approval?.id === id ? staleApproval(this.#facts, approval) : null;
      if (stale) throw new SwitchoverRefused(stale);
    }
    const by = this.#doer(operator);
    await this.#deps.changePolicy(operator, (record) => withApprovalDecided(record, { id, approves }, by));
  }

  async carryOut(id: string, operator: string): Promise<{ operationId: string }> {
    let approval = approvedNow(this.#facts, id);
    this.#allowed(approval.to, approval.acceptedLoss);
    await this.#lookAgain(approval.to);
    this.#allowed(approval.to, approval.acceptedLoss);
    const by = this.#doer(operator);
    // Used up before anything begins: whatever becomes of it, it serves no second time.
    await this.#deps.changePolicy(operator, (record) => {
      const used = withApprovalUsed(record, id, by);
      approval = used.approval ?? approval;
      return used;
    });
    const stale = staleApproval(this.#facts, approval);
    if (stale) throw new SwitchoverRefused(stale);
    return this.#begin(this.#allowed(approval.to, approval.acceptedLoss), approval.acceptedLoss, askedByOf(approval));
  }

  /**
   * Before a planned switchover a look at the servers that is too old is made again; one that does not come in time
   * leaves the old one, which is shown as what it is. What is forced waits for nothing: every moment is outage.
   */
  async #lookAgain(to: string): Promise<void> {
    const { clock, lookAtServers } = this.#deps;
    if (!preflightOf(this.#facts, to).planned || !needsLook(this.#facts, to)) return;
    const { readinessLookMs } = this.#facts.timeouts;
    await withDeadline(clock, readinessLookMs, 'the look at the servers', lookAtServers()).catch(() => {});
  }

  get #facts() {
    return this.#deps.engine.state().facts;
  }

  #doer(operator: string) {
    return { operator, console: this.#deps.consoleName, atMs: this.#deps.sharedWallMs() };
  }

  /** What is shown now, where nothing refuses it outright. */
  #allowed(to: string, acceptedLoss: number): PreflightReport {
    const report = preflightOf(this.#facts, to);
    const refusal = report.refusal ?? lossRefusal(this.#facts, to, acceptedLoss);
    if (refusal) throw new SwitchoverRefused(refusal);
    return report;
  }

  /** The same for whoever has been shown it lately, and has confirmed it where that is asked for. */
  #confirmed(request: PromoteRequest, acceptedLoss: number): PreflightReport {
    const { to, confirmation } = request;
    this.#shown(request);
    const report = this.#allowed(to, acceptedLoss);
    if (report.needsConfirmation) this.#mustBeNode(confirmation);
    return report;
  }

  #shown({ to, token }: PromoteRequest): void {
    if (!this.#tickets.isValid(to, token)) throw new SwitchoverRefused(message('preflight.refusal.expired'));
  }

  #mustBeNode(confirmation: string): void {
    const { node } = this.#deps;
    if (confirmation !== node) throw new SwitchoverRefused(message('preflight.refusal.confirmation', { node }));
  }

  #begin({ to, from, planned, choice }: PreflightReport, acceptedLoss: number, askedBy: AskedBy | undefined) {
    const { engine, clock } = this.#deps;
    const operationId = engine.begin({
      trigger: 'operator',
      to,
      from: from ?? '',
      reason: choice
        ? message('failover.trigger.choice', { to, from: from ?? '?' })
        : message('failover.trigger.operator'),
      planned,
      acceptedLoss,
      ...(askedBy ? { askedBy } : {}),
      firstSignMonotonicMs: clock.monotonicMs(),
      firstSignWallMs: clock.wallMs(),
    });
    return { operationId };
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
