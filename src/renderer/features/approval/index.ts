// A promotion that one operator asks for and another approves: what every console shows of it, and the decision.
// Beginning it is part of this; how it goes is shown by the switchover's own panel.
export * from './approval-banner.tsx';
export * from './approval-dialog.tsx';
export { standingOf } from './standing.ts';
