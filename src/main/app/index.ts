// The composition root: builds every module once, starts them in order and stops them in reverse, and gives a shell
// what it needs: screens to connect, totals for a tray, notices, and the commands behind them.
export { type App, type AppOptions, createApp } from './app.ts';
export { type AppArguments, machineOptions } from './options.ts';
export { createParts } from './parts.ts';
export type { AppPlatform, Parts } from './ports.ts';
