// The consoles of a drill, within its process or as processes of their own that can be killed at any step of a switchover:
// each is the very monitor and engine of the app over a session and connections of its own.
export { openLocalConsole } from './local.ts';
export type { ConsoleListeners, DrillConsole, LastWords, ProcessConsole, SeenNotice } from './port.ts';
export { startProcessConsole } from './process.ts';
