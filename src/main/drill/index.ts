// The drill: breaks a practice pair in stated ways, measures what a client that behaves as F11–F13 say sees of it and what
// becomes of its writes, and reports whether what must happen did.
export { type DrillOptions, HELP, type ParsedArguments, parseDrillArguments } from './arguments.ts';
export type { DatabaseReport, PromotionReport, SyncReport, WritesReport } from './data-report.ts';
export type { DrillDeps } from './deps.ts';
export { createDrill, type Drill } from './drill.ts';
export type { DrillReport, DryRunReport, Fault, RunReport } from './report.ts';
export { reportText } from './text.ts';
