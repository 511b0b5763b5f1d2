// The checks on a pair's servers: what each found, failing ones first, whether the standby could take over, and the
// remount of a directory.
export * from './check-run.tsx';
export * from './checks-panel.tsx';
