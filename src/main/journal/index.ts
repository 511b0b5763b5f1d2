// The journal: events and switchovers in SQLite, newest first, kept for a stated time. Recording never stops the
// console: a damaged file is moved aside, and where nothing can be written events live in memory, with an event that says so.

export { openJournal } from './open.ts';
export type { Journal, NewEvent, StoredSwitchover } from './port.ts';
