// Switching over: the dialog that asks, the steps while it runs, and what it cost.
// The pair page shows all three, whoever began it.
export * from './confirmation.ts';
export * from './dry-run-dialog.tsx';
export * from './dry-run-text.ts';
export { PreflightView } from './preflight-view.tsx';
export * from './promote-dialog.tsx';
export * from './switchover-panel.tsx';
