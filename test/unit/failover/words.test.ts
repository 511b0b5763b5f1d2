import { describe, expect, it } from 'vitest';
import { SWITCHOVER_STEPS } from '#shared/domain';
import { CATALOGUES } from '#shared/i18n';

/** The keys that are put together at run time, which no search through the code finds. */
const COMPOSED = [
  ...['observe', 'assist'].map((mode) => `blocker.policy.${mode}`),
  ...['normal', 'degraded', 'suspect', 'switching', 'outage', 'split-brain', 'maintenance', 'unknown'].map(
    (state) => `failover.event.state.${state}`,
  ),
  ...['alive', 'gone', 'silent', 'unreachable-registered', 'unknown'].map(
    (verdict) => `failover.event.verdict.${verdict}`,
  ),
  ...['starting', 'primary', 'standby', 'promoting', 'stopped'].map((role) => `failover.event.role.${role}`),
  ...['open', 'closed'].map((state) => `failover.event.route.${state}`),
  ...['connecting', 'connected', 'suspended', 'expired', 'closed'].map((state) => `failover.event.zookeeper.${state}`),
  ...['observe', 'assist', 'auto'].map((mode) => `failover.event.policy.${mode}`),
  ...['this', 'other', 'none'].map((holder) => `failover.event.lock.${holder}`),
  ...['empty', 'timeout', 'refused'].map((kind) => `failover.call.${kind}`),
  ...['operator', 'automatic', 'node'].flatMap((trigger) => [`failover.trigger.${trigger}`, `notice.begun.${trigger}`]),
  ...['failed', 'unknown'].map((outcome) => `notice.${outcome}`),
  ...SWITCHOVER_STEPS.flatMap((step) =>
    ['ok', 'retried', 'failed', 'unknown', 'skipped'].map((result) => `step.${result}.${step}`),
  ),
  ...['zookeeper', 'lock', 'registered', 'status', 'pairMode', 'beats', 'driver', 'idle'].flatMap((id) => [
    `preflight.${id}.pass`,
    `preflight.${id}.fail`,
  ]),
  ...['status', 'pairMode', 'old'].map((id) => `preflight.${id}.unknown`),
  ...['calm', 'beats'].map((id) => `preflight.${id}.warn`),
  ...['calm', 'old', 'oldAlive'].map((id) => `preflight.${id}.pass`),
  ...['sync', 'mount', 'lag', 'todb', 'database'].map((id) => `preflight.${id}.pass`),
  ...['sync', 'mount', 'todb', 'database'].map((id) => `preflight.${id}.fail`),
  ...['mount', 'lag', 'todb', 'database'].map((id) => `preflight.${id}.unknown`),
  ...['fence', 'stop', 'start'].flatMap((purpose) =>
    ['running', 'ok', 'failed', 'timeout', 'not-started', 'cut-off', 'unfit'].map(
      (outcome) => `failover.command.${purpose}.${outcome}`,
    ),
  ),
  ...['stop', 'fenceRequired', 'fencePlanned', 'fenceOptional', 'start', 'startStopped'].map(
    (when) => `plan.command.${when}`,
  ),
  ...['pass', 'warn', 'fail'].map((result) => `preflight.fence.${result}`),
  ...['alive', 'gone', 'silent', 'unreachable-registered', 'unknown'].map((verdict) => `deadEnd.verdict.${verdict}`),
  ...['proof', 'node', 'console', 'until', 'letGo', 'orderly', 'nothing'].map((what) => `option.wait.${what}`),
  ...['primary', 'standby'].flatMap((as) => [`option.start.${as}`, `option.start.${as}Stopped`]),
  ...['sync', 'lag', 'status'].map((id) => `preflight.${id}.warn`),
];

describe('the sentences of the engine', () => {
  it.each(['zh-CN', 'en'] as const)('are all there in %s', (locale) => {
    expect(COMPOSED.filter((key) => !(key in CATALOGUES[locale]))).toEqual([]);
  });
});
