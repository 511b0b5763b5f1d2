// The failover engine: evidence to verdict, the pure pair machine, the switchover procedure and what runs it.
// Decisions are data; whatever touches the world goes through the ports that are handed in.

export { isStopped, isWell } from './calm.ts';
export { FailoverEngine } from './engine.ts';
export { attestationRefusal } from './facts/attestation.ts';
export { commonCauseMessage, standsOn, TroubleBoard } from './facts/common-cause.ts';
export type { InstanceFacts, SetCommands } from './facts/facts.ts';
export { type DataFact, type InfoFact, type Now, peerFact, said } from './facts/ledger.ts';
export {
  approvedNow,
  askedByOf,
  needsSecondOperator,
  newApproval,
  staleApproval,
  withApprovalAsked,
  withApprovalDecided,
  withApprovalUsed,
} from './guards/approval.ts';
export { blockers } from './guards/blockers.ts';
export { foresightOf } from './guards/foresight.ts';
export { withOperatorsChange } from './guards/loosening.ts';
export { SwitchoverRefused } from './guards/refusal.ts';
export {
  createMachine,
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  stepMachine,
} from './machine.ts';
export { measureOutage, type OutageLedger, withOutageSample } from './outage.ts';
export { shownVerdict } from './picture/picture.ts';
export { deadEndOf } from './preflight/options.ts';
export { lossRefusal, type PreflightReport, preflightOf } from './preflight/preflight.ts';
export { needsLook } from './preflight/server-checks.ts';
export type { SwitchoverPorts, SwitchoverProgress } from './procedure/ports.ts';
export type { SwitchoverTask } from './procedure/run.ts';
export { commandMessage } from './procedure/run-command.ts';
export { runSwitchover } from './procedure/runner.ts';
