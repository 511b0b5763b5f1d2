// Synchronisation through the mount (F3, F6, F15): a standby follows its primary's dat and redo, a primary knows what its
// standby confirmed, and both keep the bound of what may be lost.
export type { Mount } from './ports.ts';
