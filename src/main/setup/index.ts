// Setting a pair up (UX "Wizards"): drafts that are kept as they are typed, probes that change nothing, a plan with the diff
// of every change, applying it in order, rolling one change back, and the verification report.

export { openMessage, openNext } from './open-message.ts';
export type { OpenSetup } from './open-steps.ts';
export type { SetupDeps, WatchedPair } from './port.ts';
export { reportHtml } from './report-html.ts';
export { openSetup, type Setup } from './setup.ts';
