// Thin ports over TCP and UDP sockets, with Node's own sockets behind them: a t2 server that reads whole frames with
// limits and backpressure, and an f2 socket. What the frames mean is not known here.
export { openNodeF2Socket } from './f2-node.ts';
export * from './ports.ts';
export { listenNodeT2 } from './t2-node.ts';
