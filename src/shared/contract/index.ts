// The contract between main and the screen: commands, topics, views, and how both cross a transport.
// One source of truth for Electron's IPC and the served shell's WebSocket.
export * from './binary.ts';
export * from './changes.ts';
export * from './check-views.ts';
export * from './commands.ts';
export * from './profile-views.ts';
export * from './server-views.ts';
export * from './views.ts';
export * from './wire.ts';
