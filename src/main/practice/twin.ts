import { configuredPolicy, type Environment, type PairConfig, type PolicySettings, pairKey } from '#shared/domain';
import type { PracticeTwin } from './port.ts';

/**
 * What a practice pair takes over from a configured one: names, driver, policy, every time-out. Not its servers, its
 * commands and its sessions: a rehearsal reaches nothing of the site. `inForce`: the policy that consoles obey; null:
 * not known, so the configured one stands in. Pure.
 */
export function practiceTwin(environment: Environment, pair: PairConfig, inForce: PolicySettings | null): PracticeTwin {
  const { id, system, node, driver, beatIntervalMs, instances } = pair;
  return {
    of: pairKey(environment.id, id),
    environmentName: environment.name,
    pathTemplate: environment.pathTemplate,
    sessionTimeoutMs: environment.zookeeper.sessionTimeoutMs,
    pair: { id, system, node, driver, beatIntervalMs },
    instances: [instances[0].name, instances[1].name],
    policy: inForce ?? configuredPolicy(environment, pair),
  };
}
