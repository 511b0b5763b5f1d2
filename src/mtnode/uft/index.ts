// UFT: the in-memory store of orders and sessions that redo records make, its digest, and how it is loaded from dat and
// redo and saved as a dat.
export { type LoadOptions, loadUft } from './load.ts';
export { Uft, type UftOrder } from './uft.ts';
