// The drill: breaks a practice pair in stated ways, measures what a client that behaves as F11–F13 say sees of it, and
// reports whether what must happen did.
export {
  type DrillOptions,
  HELP,
  type ParsedArguments,
  parseDrillArguments,
  type ZooKeeperChoice,
} from './arguments.ts';
export { type ClientBeat, countReplies, goodRepliesOf, measureOutage, servingNow } from './beats.ts';
export { machineClock } from './clock.ts';
export { createDrill, type Drill } from './drill.ts';
export { BEAT_PERIOD_MS, ReferenceClient, type ReferenceClientDeps } from './reference-client.ts';
export { type DrillReport, drillReport, FAULTS, type Fault, type RunReport, spread, stepReports } from './report.ts';
export { RouteFollower } from './route-follower.ts';
export { judge, type RunFacts, SCENARIOS } from './scenarios.ts';
export type { DrillDeps } from './stage.ts';
export { TcpProxy } from './tcp-proxy.ts';
export { reportText } from './text.ts';
