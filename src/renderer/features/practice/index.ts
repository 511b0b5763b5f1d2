// The practice environment on the screen: the first run's offer, and faults to rehearse with.
export * from './first-run.tsx';
export * from './practice-panel.tsx';
export * from './twin-panel.tsx';
export * from './use-practice.ts';
