// UFT: the in-memory store of orders and sessions that redo records make, its digest, and how it is loaded from dat and
// redo. What it holds is saved with `log.saveDat(uft.snapshot(...))`.
export { loadUft } from './load.ts';
export { type LoadOptions, UftLoader } from './loader.ts';
export type { UftOrder } from './order.ts';
export { Uft } from './uft.ts';
