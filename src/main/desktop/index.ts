// The Electron shell: window, tray, notifications, menu, power, practice processes. With src/main/index.ts and the
// preload, the only place that imports electron; it decides nothing about pairs.
export { startDesktop } from './start.ts';
