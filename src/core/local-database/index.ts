// The local database of a pair (F7): SQLite in a thread of its own, or PostgreSQL, behind one port; and the Todb file
// that names it.
export * from './port.ts';
