import type { PairTile } from '#shared/contract';
import { message } from '#shared/domain';

/** A pair with which all is well. */
export function pairTile(over: Partial<PairTile> = {}): PairTile {
  return {
    key: 'e/p',
    environmentId: 'e',
    environmentName: 'E',
    practice: false,
    system: 'O3',
    node: 'mt_equity',
    state: 'normal',
    severity: 'none',
    sinceMs: 1_000,
    reason: message('test.reason'),
    next: null,
    primary: 'a',
    standby: 'b',
    epoch: 3,
    policy: 'assist',
    beatsPerSecond: 2,
    latencyP50Ms: 1,
    heardAtMs: 100_000,
    ...over,
  };
}
