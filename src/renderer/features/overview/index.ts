// The overview: a tile per pair that never moves, and a strip above that sorts what is abnormal.
// Without any environment it is the first run's page.
export * from './overview.tsx';
