// The failover engine: evidence to verdict, the pure pair machine, the switchover procedure and what runs it.
// Decisions are data; whatever touches the world goes through the ports that are handed in.
export { actionBlockers } from './blockers.ts';
export { type EngineListeners, type EnginePorts, FailoverEngine } from './engine.ts';
export { type Assessment, assess } from './evidence.ts';
export { factsOf, type InstanceFacts, otherThan, type PairFacts } from './facts.ts';
export { emptyLedger, type HostFact, type InfoFact, type InstanceLedger, type Now, said } from './ledger.ts';
export {
  type BeginRequest,
  createMachine,
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  stepMachine,
} from './machine.ts';
export { measureOutage, type OutageLedger, withOutageSample } from './outage.ts';
export type { MeasuredOutage, SwitchoverPorts, SwitchoverProgress } from './ports.ts';
export { StepFailure } from './ports.ts';
export { type PreflightReport, preflightOf } from './preflight.ts';
export { SwitchoverRefused } from './refusal.ts';
export { runSwitchover, type SwitchoverTask } from './runner.ts';
