import type { Clock } from '#core/clock';
import { shownCommand } from '#main/hosts';
import { CommandError } from '#main/ipc';
import type { PairEvent } from '#main/pairs';
import type { RemountOffer, RemountResult } from '#shared/contract';
import { type InstanceConfig, message, type PairConfig, type RemountPlan, type RemountReport } from '#shared/domain';
import type { CheckBoard } from './check-board.ts';
import type { Remounts } from './ports.ts';

export interface RemountRequest {
  instance: string;
  token: string;
  confirmation: string;
  operator?: string | undefined;
}

export interface RemountDeskDeps {
  clock: Clock;
  remounts: Remounts;
  checks: Pick<CheckBoard, 'runAfresh'>;
  /** Throws where there is no such pair. */
  find(pairKey: string): { pair: PairConfig };
  event(pairKey: string, event: PairEvent): void;
}

/** Remounts that an operator asks for: shown first, agreed to in proportion, recorded, and looked at afterwards. */
export class RemountDesk {
  readonly #deps: RemountDeskDeps;
  readonly #running = new Set<string>();

  constructor(deps: RemountDeskDeps) {
    this.#deps = deps;
  }

  /** What would be done. Changes nothing. Throws CommandError, or what the host says. */
  async plan(pairKey: string, name: string): Promise<RemountOffer> {
    const { pair, instance } = this.#find(pairKey, name);
    const { host, plan, fingerprint } = await this.#deps.remounts.plan(instance);
    return { instance: name, host, plan, token: fingerprint, confirmation: toConfirm(pair, name, plan) };
  }

  /**
   * Does it, if what is there is still what the plan showed. Throws CommandError where it is refused before anything is
   * begun; what comes after is the result, and is recorded.
   */
  async run(pairKey: string, request: RemountRequest): Promise<RemountResult> {
    const { pair, instance } = this.#find(pairKey, request.instance);
    const place = `${pairKey}/${instance.name}`;
    if (this.#running.has(place)) throw refused('error.remountRuns', instance, pair);
    this.#running.add(place);
    try {
      const { host, plan, fingerprint } = await this.#deps.remounts.plan(instance);
      if (fingerprint !== request.token) throw refused('error.remountChanged', instance, pair);
      if (plan.refusal) throw new CommandError('refused', plan.refusal, { instance: instance.name });
      const asked = toConfirm(pair, instance.name, plan);
      if (asked !== null && request.confirmation.trim() !== asked)
        throw refused('error.remountUnconfirmed', instance, pair);
      this.#tellBegun(pairKey, instance, host, plan, request.operator);
      const report = await this.#carryOut(pairKey, instance, fingerprint);
      this.#tellEnd(pairKey, instance, report);
      const run = await this.#deps.checks.runAfresh(pairKey).catch(() => null);
      return { report, run };
    } finally {
      this.#running.delete(place);
    }
  }

  #find(pairKey: string, name: string): { pair: PairConfig; instance: InstanceConfig } {
    const { pair } = this.#deps.find(pairKey);
    const instance = pair.instances.find((each) => each.name === name);
    if (!instance)
      throw new CommandError('not-found', message('error.noInstance', { instance: name, node: pair.node }));
    return { pair, instance };
  }

  /** What was begun has an end in the journal, also where the server cannot be seen any more. */
  async #carryOut(pairKey: string, instance: InstanceConfig, agreed: string): Promise<RemountReport> {
    try {
      return await this.#deps.remounts.run(instance, agreed);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const { name } = instance;
      const said = message('check.event.remountLost', { instance: name, target: targetOf(instance), detail });
      this.#deps.event(pairKey, { atMs: this.#deps.clock.wallMs(), severity: 'p2', instance: name, message: said });
      throw error;
    }
  }

  #tellBegun(pairKey: string, { name }: InstanceConfig, host: string, plan: RemountPlan, operator?: string): void {
    const commands = plan.steps
      .filter(({ when }) => when === 'always')
      .map(({ command }) => shownCommand(command))
      .join('; ');
    const params = { instance: name, host, target: plan.target, commands };
    const said = operator
      ? message('check.event.remountBegun.named', { ...params, operator })
      : message('check.event.remountBegun', params);
    this.#deps.event(pairKey, { atMs: this.#deps.clock.wallMs(), severity: 'none', instance: name, message: said });
  }

  #tellEnd(pairKey: string, { name }: InstanceConfig, { plan, outcome, problem, steps }: RemountReport): void {
    const ran = steps.map(({ command, result }) => `${command}: ${result}`).join('; ') || '–';
    const params = { ...problem?.params, instance: name, target: plan.target, ran };
    const said =
      problem === null
        ? message('check.event.remountDone', params)
        : message(`check.event.remount.${outcome}`, { ...params, because: problem.key });
    const severity = outcome === 'done' ? 'none' : 'p2';
    this.#deps.event(pairKey, { atMs: this.#deps.clock.wallMs(), severity, instance: name, message: said });
  }
}

/** Where a mount is taken away the pair and the instance have to be typed; where none is, a press is enough. */
function toConfirm({ node }: PairConfig, instance: string, plan: RemountPlan): string | null {
  return plan.refusal === null && plan.found.length > 0 ? `${node}/${instance}` : null;
}

function refused(key: string, { name, server }: InstanceConfig, { node }: PairConfig): CommandError {
  const params = { instance: name, node, target: server?.mount?.target ?? '' };
  return new CommandError('refused', message(key, params), { instance: name });
}

const targetOf = ({ server }: InstanceConfig): string => server?.mount?.target ?? '';
