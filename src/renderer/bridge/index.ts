// The way to main: what the preload exposes, or the same over a WebSocket in the served shell.
// The rest of the screen knows only the contract's Bridge.
export * from './connect.ts';
export * from './web-socket-bridge.ts';
