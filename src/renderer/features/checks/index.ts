// The checks on a pair's servers: what each found, failing ones first, and whether the standby could take over.
// Figures and raw lines only; they are made on demand.
export * from './checks-panel.tsx';
