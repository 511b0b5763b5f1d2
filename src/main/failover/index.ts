// The failover engine: evidence to verdict, the pure pair machine, the switchover procedure and what runs it.
// Decisions are data; whatever touches the world goes through the ports that are handed in.

export {
  approvedNow,
  askedByOf,
  needsSecondOperator,
  newApproval,
  staleApproval,
  withApprovalAsked,
  withApprovalDecided,
  withApprovalUsed,
} from './approval.ts';
export { attestationRefusal } from './attestation.ts';
export type { SetCommands } from './commands.ts';
export { commonCauseMessage, standsOn, TroubleBoard } from './common-cause.ts';
export { FailoverEngine } from './engine.ts';
export type { InstanceFacts } from './facts.ts';
export { foresightOf } from './foresight.ts';
export { type DataFact, type InfoFact, type Now, peerFact, said } from './ledger.ts';
export {
  createMachine,
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  stepMachine,
} from './machine.ts';
export { deadEndOf } from './options.ts';
export { measureOutage, type OutageLedger, withOutageSample } from './outage.ts';
export type { SwitchoverPorts, SwitchoverProgress } from './ports.ts';
export { lossRefusal, type PreflightReport, preflightOf } from './preflight.ts';
export { SwitchoverRefused } from './refusal.ts';
export { commandMessage } from './run-command.ts';
export { runSwitchover, type SwitchoverTask } from './runner.ts';
