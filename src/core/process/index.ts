// Processes of this machine by identity: boot id, pid and start time, so that a pid used again is never mistaken.
// Linux reads /proc; Windows and macOS ask the system's own tools.
export { parseStat, type StatLine, stateOf, suffixOf } from './linux.ts';
export { ProcessReadError, type ProcessReading, type ProcessState, type ProcessSystem } from './port.ts';
export { bootId, readProcess, readProcessIdentity } from './process.ts';
