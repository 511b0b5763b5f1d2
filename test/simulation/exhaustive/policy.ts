import type { MachineConfig } from '#main/failover';
import { newPolicyRecord, policySettings } from '#shared/domain';

/** How far time goes by at once: every step's time-out is within it, so that no state differs from another by time alone. */
export const WAIT_MS = 1_000;

const STEP_MS = 500;
const SETTINGS = policySettings('auto', {
  timeouts: {
    silentAfterMs: WAIT_MS,
    // How long ago an instance has started is no part of what two worlds are told apart by.
    claimWithinMs: 86_400_000,
    lockMs: STEP_MS,
    drainMs: STEP_MS,
    closeRouteMs: STEP_MS,
    proveOldOutMs: STEP_MS,
    promoteMs: STEP_MS,
    loadMs: STEP_MS,
    completeMs: STEP_MS,
    verifyMs: STEP_MS,
    openRouteMs: STEP_MS,
    restartOldMs: STEP_MS,
  },
  cooldownMs: 2 * WAIT_MS,
  maxPerDay: 0,
  // How often an instance has started is no part of what two worlds are told apart by.
  crashLoopStarts: 0,
});
export const POLICY = newPolicyRecord(SETTINGS);

export function machineConfig(hasHostCheck: boolean): MachineConfig {
  return {
    self: { key: 'model/pair', name: 'pair', standsOn: [] },
    instances: [
      { name: 'A', hostCheck: hasHostCheck },
      { name: 'B', hostCheck: hasHostCheck },
    ],
    defaults: { ...SETTINGS, driver: 'console' },
    beatIntervalMs: WAIT_MS,
  };
}
