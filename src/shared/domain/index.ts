// The language both sides speak: function numbers, instances, ZooKeeper's records, configuration, messages.
// DOMAIN's facts and conventions as types and schemas; imports nothing of the project.
export * from './approval.ts';
export * from './calendar.ts';
export * from './check-schedule.ts';
export * from './checks.ts';
export * from './command.ts';
export * from './data.ts';
export * from './data-sync.ts';
export * from './environment.ts';
export * from './evidence.ts';
export * from './free-id.ts';
export * from './functions.ts';
export * from './instance.ts';
export * from './invariant.ts';
export * from './message.ts';
export * from './operator.ts';
export * from './policy.ts';
export * from './policy-mode.ts';
export * from './records.ts';
export * from './remount.ts';
export * from './server.ts';
export * from './shared-findings.ts';
