// Setting a pair up: the draft that the wizard fills in, what is wrong with it, and what is shown of probes, plan and report.
// Pure, and the same on both sides: the screen judges a field as main does.
export * from './changed.ts';
export * from './diff.ts';
export * from './draft.ts';
export * from './environment.ts';
export * from './finding.ts';
export * from './findings.ts';
export * from './nat.ts';
export * from './plan.ts';
export * from './probes.ts';
export * from './report.ts';
export * from './step-state.ts';
export * from './steps.ts';
export * from './values.ts';
