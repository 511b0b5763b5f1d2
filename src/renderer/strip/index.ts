// The heartbeat strip: one canvas an instance, the worst reply of each pixel's time wins.
// Pure columns and runs, a painter, and the component with its cursor and hidden table.
export * from './columns.ts';
export * from './heartbeat-strip.tsx';
